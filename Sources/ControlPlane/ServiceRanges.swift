import KubernetesObjects
import NetworkAddresses

/// The ranges cluster IPs come from, and with them the address families of the cluster.
struct ServiceRanges {
  /// In the order they are used, each family's own.
  let prefixes: [IPPrefix]
  /// Nothing says what the ranges are; ``prefixes`` holds a common default of each family.
  let areAssumed: Bool
  /// The primary family first. Of assumed ranges only the primary one: the other is used where a Service insists.
  let families: [IPFamily]

  /// kubeadm's default `serviceSubnet`.
  static let defaultIPv4 = IPPrefix(IPAddress(ipv4: 0x0a60_0000), length: 12)
  /// fd00:10:96::/112, kind's default for IPv6.
  static let defaultIPv6 = IPPrefix(IPAddress(ipv6High: 0xfd00_0010_0096_0000, low: 0), length: 112)

  /// - Parameter given: ranges that take the place of the input's ServiceCIDRs; empty: those are used.
  init(given: [IPPrefix], objects: ObjectSet) {
    var prefixes = given
    if prefixes.isEmpty {
      // "kubernetes" is the one the API server makes from its own flags, its first entry the primary family.
      let ordered = objects.serviceCIDRs.sorted { a, b in
        let aIsDefault = a.name == "kubernetes"
        return aIsDefault != (b.name == "kubernetes") ? aIsDefault : a.name < b.name
      }
      prefixes = ordered.flatMap { $0.cidrs.map(\.value) }
    }
    areAssumed = prefixes.isEmpty
    if areAssumed {
      let api = objects.services.first { $0.name == MirroredSlices.apiServerName }
      let primary = api?.clusterIPs.first?.value.family ?? .ipv4
      self.prefixes = [ServiceRanges.defaultIPv4, ServiceRanges.defaultIPv6]
      families = [primary]
    } else {
      self.prefixes = prefixes
      let primary = prefixes[0].family
      families = prefixes.contains { $0.family != primary } ? [primary, primary.other] : [primary]
    }
  }

  var primaryFamily: IPFamily { families[0] }

  /// Why the API server would refuse a Service's families.
  enum Refusal: Error, Hashable {
    /// A family is asked for that has no range.
    case noRange(IPFamily)
    /// `ipFamilyPolicy: RequireDualStack`, and there are ranges of one family only.
    case notDualStack
  }

  /// The families a Service gets when it is created: as written, else those of its cluster IPs, else the primary one;
  /// with a dual-stack policy the other one behind it.
  func families(of service: Service) throws(Refusal) -> [IPFamily] {
    var result = service.ipFamilies
    for clusterIP in service.clusterIPs.dropFirst(result.count) where !result.contains(clusterIP.value.family) {
      result.append(clusterIP.value.family)
    }
    if service.isHeadless, service.selector.isEmpty {
      // Without addresses of its own to give out it may have any family, and has both unless told otherwise.
      if result.isEmpty { result.append(primaryFamily) }
      if result.count == 1, service.ipFamilyPolicy != .singleStack { result.append(result[0].other) }
      return result
    }
    for family in result.dropFirst(service.clusterIPs.count) where !hasRange(family) {
      throw .noRange(family)
    }
    if result.isEmpty { result.append(primaryFamily) }
    guard result.count == 1 else { return result }
    switch service.ipFamilyPolicy {
    case nil, .singleStack: return result
    case .preferDualStack:
      // A stored Service stays as it is when the cluster becomes dual stack later.
      let isStored = service.ipFamilies.count == 1 && service.clusterIPs.count == 1
      return !isStored && families.contains(result[0].other) ? [result[0], result[0].other] : result
    case .requireDualStack:
      guard hasRange(result[0].other) else { throw .notDualStack }
      return [result[0], result[0].other]
    }
  }

  private func hasRange(_ family: IPFamily) -> Bool {
    areAssumed || families.contains(family)
  }
}
