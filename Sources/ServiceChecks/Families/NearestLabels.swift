import KubernetesObjects

/// Finds the Pods whose labels come nearest to a selector that matches none.
struct NearestLabels {
  /// Pods with the same labels, as far as Services could ask for them.
  private struct Group {
    var labels: [String: String]
    var example: PodCarrier
    var count: Int
  }

  /// What controllers tell Pods of one workload apart with.
  private static let perPod: Set<String> = [
    "pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index", "batch.kubernetes.io/job-completion-index", "batch.kubernetes.io/controller-uid",
    "controller-uid",
  ]

  /// Comparisons that are made in all, so that a cluster where nothing matches takes no longer than others.
  private static let budget = 50_000

  private let carriers: [PodCarrier]
  /// By namespace; nil until a selector asks.
  private var groups: [String: [Group]]?
  private var comparisons = 0

  init(_ carriers: [PodCarrier]) {
    self.carriers = carriers
  }

  /// What to change, in a sentence or two. Nil: nothing is near.
  mutating func advice(for service: Service) -> String? {
    let groups = groups ?? NearestLabels.grouped(carriers)
    self.groups = groups
    let own = groups[service.name.namespace] ?? []
    comparisons += own.count
    guard comparisons < NearestLabels.budget else { return nil }
    let ranked = own.map { (distance: NearestLabels.distance(service.selector, $0.labels), group: $0) }
    if let nearest = ranked.min(by: { $0.distance < $1.distance }), nearest.distance < service.selector.count * 2 {
      return advice(service.selector, nearest.group)
    }
    comparisons += groups.values.reduce(0) { $0 + $1.count }
    guard comparisons < NearestLabels.budget else { return nil }
    let elsewhere = groups.filter { _, groups in
      groups.contains { group in service.selector.allSatisfy { group.labels[$0.key] == $0.value } }
    }
    guard !elsewhere.isEmpty else { return nil }
    let names = Wording.list(elsewhere.keys.sorted())
    return "Pods with these labels are in namespace \(names): a Service selects in its own namespace only."
  }

  private func advice(_ selector: [String: String], _ group: Group) -> String {
    let differences = selector.sorted { $0.key < $1.key }.compactMap { key, value -> String? in
      guard let other = group.labels[key] else {
        let near = nearestWord(to: key, among: group.labels.keys.sorted())
        return "no label \(key)" + (near.map { " but \($0)=\(group.labels[$0] ?? "")" } ?? "")
      }
      return other == value ? nil : "\(key)=\(other) instead of \(value)"
    }
    let others = group.count > 1 ? " (and \(group.count - 1) more)" : ""
    return "Nearest is \(group.example.title)\(others), with \(Wording.list(differences, limit: 6))."
  }

  /// Zero: the labels match. A pair that is missing counts two, one that is nearly there, one.
  private static func distance(_ selector: [String: String], _ labels: [String: String]) -> Int {
    var distance = 0
    for (key, value) in selector where labels[key] != value {
      if let other = labels[key] {
        distance += nearestWord(to: value, among: [other]) == nil ? 2 : 1
      } else {
        let near = nearestWord(to: key, among: labels.keys.sorted())
        distance += near.flatMap { labels[$0] } == value ? 1 : 2
      }
    }
    return distance
  }

  private static func grouped(_ carriers: [PodCarrier]) -> [String: [Group]] {
    var groups: [String: [Group]] = [:]
    var indices: [String: [[String: String]: Int]] = [:]
    // By name, so that the example is the same whatever the order of the input.
    for carrier in carriers.sorted(by: { ($0.pod.name, $0.kind) < ($1.pod.name, $1.kind) }) where !carrier.hasEnded {
      let namespace = carrier.pod.name.namespace
      let labels = carrier.pod.labels.filter { !perPod.contains($0.key) }
      if let index = indices[namespace]?[labels] {
        groups[namespace]?[index].count += 1
      } else {
        indices[namespace, default: [:]][labels] = groups[namespace]?.count ?? 0
        groups[namespace, default: []].append(Group(labels: labels, example: carrier, count: 1))
      }
    }
    return groups
  }
}
