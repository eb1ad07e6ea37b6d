import KubernetesObjects
import NetworkAddresses

/// Lets Pods written by hand, which have no status at all, run: ready, at addresses that a cluster might give them.
///
/// A Pod's address comes from the podCIDRs of its Node, else from the cluster CIDRs, else from a common default
/// (10.244.0.0/16, which kubeadm's guides use; fd00:10:244::/56, kind's for IPv6), and is chosen by the hash of its
/// name: it stays when other Pods come and go. A Pod on the host network has its Node's addresses; without a Node it is
/// left without status.
struct AssumedPodStatus {
  static let defaultIPv4 = IPPrefix(IPAddress(ipv4: 0x0af4_0000), length: 16)
  static let defaultIPv6 = IPPrefix(IPAddress(ipv6High: 0xfd00_0010_0244_0000, low: 0), length: 56)

  /// Indices of the Pods that were completed.
  private(set) var pods: Set<Int> = []
  /// The default ranges that were used.
  private(set) var assumedRanges: [IPPrefix] = []

  private var pools: [IPPrefix: AddressPool] = [:]
  private var taken: Set<IPAddress> = []

  /// Whether a Pod is one that nobody but a person has written.
  static func lacksStatus(_ pod: Pod) -> Bool {
    pod.phase == nil && pod.addresses.isEmpty && !pod.isReady
  }

  /// Completes the Pods of `objects` that have no status.
  ///
  /// - Parameters:
  ///   - order: indices of the Pods in the order of their names.
  ///   - families: those Services ask for; a Pod has them where nothing says which families Pods have.
  ///   - clusterCIDRs: ranges Pods may come from; may be empty.
  ///   - unscheduledNodeName: where Pods without `nodeName` run. Nil: on no Node.
  init(
    completing objects: inout ObjectSet, order: [Int], families wanted: Set<IPFamily>, clusterCIDRs: [IPPrefix],
    unscheduledNodeName: String?
  ) {
    let wanting = order.filter { AssumedPodStatus.lacksStatus(objects.pods[$0]) }
    guard !wanting.isEmpty else { return }
    let nodes = Dictionary(objects.nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for pod in objects.pods { taken.formUnion(pod.addresses.map(\.value)) }
    for node in objects.nodes { taken.formUnion(node.addresses.map(\.value)) }
    let known = Set((clusterCIDRs + objects.nodes.flatMap { $0.podCIDRs.map(\.value) }).map(\.family))
    let families = IPFamily.allCases.filter { known.isEmpty ? wanted.contains($0) : known.contains($0) }

    for index in wanting {
      var pod = objects.pods[index]
      pod.nodeName = pod.nodeName ?? unscheduledNodeName
      let node = pod.nodeName.flatMap { nodes[$0] }
      if pod.usesHostNetwork {
        pod.addresses = IPFamily.allCases.compactMap { family in
          node?.addresses.first { $0.value.family == family }
        }
      } else {
        let ranges = (node?.podCIDRs.map(\.value) ?? []) + clusterCIDRs
        pod.addresses = families.compactMap { family in
          address(family, for: pod.name, ranges: ranges).map { Located($0, at: pod.position) }
        }
      }
      guard !pod.addresses.isEmpty else { continue }
      pod.phase = .running
      pod.isReady = true
      objects.pods[index] = pod
      pods.insert(index)
    }
  }

  private mutating func address(_ family: IPFamily, for name: NamespacedName, ranges: [IPPrefix]) -> IPAddress? {
    let hash = StableHash("pod", family.rawValue, name.namespace, name.name).value
    for range in ranges where range.family == family {
      if let address = take(from: range, hash: hash) { return address }
    }
    let fallback = family == .ipv4 ? AssumedPodStatus.defaultIPv4 : AssumedPodStatus.defaultIPv6
    guard let address = take(from: fallback, hash: hash) else { return nil }
    if !ranges.contains(fallback), !assumedRanges.contains(fallback) { assumedRanges.append(fallback) }
    return address
  }

  private mutating func take(from range: IPPrefix, hash: UInt64) -> IPAddress? {
    while let address = pools[range, default: AddressPool(range, leavesStaticBand: false)].take(hash: hash) {
      if taken.insert(address).inserted { return address }
    }
    return nil
  }
}
