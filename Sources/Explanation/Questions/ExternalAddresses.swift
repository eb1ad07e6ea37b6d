import NetworkAddresses

/// Addresses that stand for a client outside the cluster: out of the ranges that RFC 5737 and RFC 3849 keep for
/// documentation, and in use by nothing of the input.
struct ExternalAddresses {
  let cluster: Cluster

  /// One of each family.
  func choose() throws(QuestionError) -> [IPAddress] {
    // 203.0.113.0/24, 198.51.100.0/24, 192.0.2.0/24
    let candidates: [[IPAddress]] = [
      [0xcb00_7100, 0xc633_6400, 0xc000_0200].flatMap { (network: UInt32) in
        (1...254).map { IPAddress(ipv4: network + $0) }
      },
      (1...254).map { IPAddress(ipv6High: 0x2001_0db8_0000_ffff, low: $0) },
    ]
    let ranges = takenRanges
    let chosen = candidates.compactMap { addresses in
      addresses.first { address in !ranges.contains { $0.contains(address) } && !isInUse(address) }
    }
    if chosen.isEmpty { throw .noExternalAddress }
    return chosen
  }

  /// The ranges that the input names, those that are everything left out.
  private var takenRanges: Set<IPPrefix> {
    var ranges = Set(cluster.node.serviceCIDRs)
    switch cluster.node.detectLocal {
    case .clusterCIDR(let prefixes), .nodeCIDR(let prefixes): ranges.formUnion(prefixes)
    case .bridgeInterface, .interfaceNamePrefix, .none: break
    }
    for node in cluster.objects.nodes { ranges.formUnion(node.podCIDRs.lazy.map(\.value)) }
    for service in cluster.objects.services { ranges.formUnion(service.sourceRanges.lazy.map(\.value)) }
    return ranges.filter { !$0.isZeroLength }
  }

  private func isInUse(_ address: IPAddress) -> Bool {
    let objects = cluster.objects
    return cluster.nodeAddresses.contains(address)
      || objects.nodes.contains { $0.addresses.contains { $0.value == address } }
      || objects.pods.contains { $0.addresses.contains { $0.value == address } }
      || objects.services.contains { service in
        service.clusterIPs.contains { $0.value == address } || service.externalIPs.contains { $0.value == address }
          || service.loadBalancerIngress.contains { $0.address == address }
      }
      || objects.slices.contains { slice in
        slice.addressType.family == address.family && slice.endpoints.contains { $0.address == address }
      }
  }
}
