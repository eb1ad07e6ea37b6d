import KubernetesObjects

/// Finds the Pods a selector matches without looking at all Pods.
///
/// Only label pairs that some selector names are indexed; a selector then walks the Pods of its rarest pair.
public struct PodIndex {
  private struct Pair: Hashable {
    var key: String
    var value: String
  }

  private let pods: [Pod]
  /// Namespace, label pair, index into `carriers`.
  private var slots: [String: [Pair: Int]] = [:]
  /// The Pods that carry a pair, in the order of their names.
  private var carriers: [[Int]] = []

  /// - Parameters:
  ///   - order: indices of `pods` in the order of their names.
  ///   - services: those whose selectors will be asked for.
  public init(_ pods: [Pod], order: [Int], services: [Service]) {
    self.pods = pods
    for service in services {
      for (key, value) in service.selector {
        let slot = slots[service.name.namespace, default: [:]][Pair(key: key, value: value), default: carriers.count]
        guard slot == carriers.count else { continue }
        slots[service.name.namespace, default: [:]][Pair(key: key, value: value)] = slot
        carriers.append([])
      }
    }
    for index in order {
      let pod = pods[index]
      guard let known = slots[pod.name.namespace] else { continue }
      for (key, value) in pod.labels {
        if let slot = known[Pair(key: key, value: value)] { carriers[slot].append(index) }
      }
    }
  }

  /// Indices of the Pods in the Service's namespace that carry every pair of its selector, in the order of their names.
  /// An empty selector matches none.
  public func matches(_ service: Service) -> [Int] {
    guard let known = slots[service.name.namespace] else { return [] }
    var rarest: [Int]?
    for (key, value) in service.selector {
      guard let slot = known[Pair(key: key, value: value)], !carriers[slot].isEmpty else { return [] }
      if carriers[slot].count < rarest?.count ?? .max { rarest = carriers[slot] }
    }
    guard let rarest, service.selector.count > 1 else { return rarest ?? [] }
    return rarest.filter { index in
      let labels = pods[index].labels
      return service.selector.allSatisfy { labels[$0.key] == $0.value }
    }
  }
}
