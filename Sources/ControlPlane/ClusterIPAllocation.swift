import KubernetesObjects
import NetworkAddresses

/// Gives cluster IPs to Services that have none yet, as the API server does when they are created, but repeatably.
///
/// Written addresses keep their place. Every other Service asks for the address its namespace and name hash to, in the
/// order of names; the order of the input never matters.
struct ClusterIPAllocation {
  private let ranges: ServiceRanges
  private var pools: [AddressPool]
  /// Assumed ranges that addresses were taken from, in the order of first use.
  private(set) var assumedRanges: [IPPrefix] = []

  init(ranges: ServiceRanges, services: [Service]) {
    self.ranges = ranges
    pools = ranges.prefixes.map { AddressPool($0, leavesStaticBand: true) }
    for service in services {
      for clusterIP in service.clusterIPs {
        for index in pools.indices { pools[index].keep(clusterIP.value) }
      }
    }
  }

  /// Fills `clusterIPs` and `ipFamilies` of a Service that lacks addresses.
  ///
  /// - Returns: the addresses given, or why the Service stays as it was.
  mutating func allocate(_ service: inout Service) -> Result<[IPAddress], Diagnostic> {
    guard service.kind != .externalName, !service.isHeadless else { return .success([]) }
    let families: [IPFamily]
    do {
      families = try ranges.families(of: service)
    } catch {
      return .failure(diagnostic(error, service))
    }
    let written = service.clusterIPs
    // Addresses that are not in the order of the families cannot be completed; they are used as they are.
    guard written.count < families.count, zip(written, families).allSatisfy({ $0.value.family == $1 }) else {
      return .success([])
    }
    var given: [IPAddress] = []
    for family in families.dropFirst(written.count) {
      guard let address = take(family, for: service.name) else {
        return .failure(
          Diagnostic(
            .error, at: service.position, object: service.name.description, field: "spec.clusterIP",
            "no free \(family.rawValue) address is left in \(names(of: family))"))
      }
      given.append(address)
    }
    service.clusterIPs += given.map { Located($0, at: service.position) }
    service.ipFamilies = families
    return .success(given)
  }

  private mutating func take(_ family: IPFamily, for name: NamespacedName) -> IPAddress? {
    let hash = StableHash("clusterIP", family.rawValue, name.namespace, name.name).value
    for index in pools.indices where pools[index].prefix.family == family {
      guard let address = pools[index].take(hash: hash) else { continue }
      let prefix = pools[index].prefix
      if ranges.areAssumed, !assumedRanges.contains(prefix) { assumedRanges.append(prefix) }
      return address
    }
    return nil
  }

  private func names(of family: IPFamily) -> String {
    ranges.prefixes.filter { $0.family == family }.map(\.description).joined(separator: ", ")
  }

  private func diagnostic(_ refusal: ServiceRanges.Refusal, _ service: Service) -> Diagnostic {
    let known = ranges.prefixes.map(\.description).joined(separator: ", ")
    let (field, message) =
      switch refusal {
      case .noRange(let family):
        ("spec.ipFamilies", "no \(family.rawValue) address can be given: the service CIDRs are \(known)")
      case .notDualStack:
        ("spec.ipFamilyPolicy", "RequireDualStack needs service CIDRs of both families, there are \(known)")
      }
    return Diagnostic(.error, at: service.position, object: service.name.description, field: field, message)
  }
}
