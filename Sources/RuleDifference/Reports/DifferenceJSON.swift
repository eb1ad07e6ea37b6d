import KubernetesObjects
import NetworkAddresses
import Reports
import RuleEvaluator
import ServicePlan

extension DifferenceReport {
  /// For programs. A member may be added within a version; anything else makes a new one.
  public static let jsonVersion = 1

  var json: JSONValue {
    [
      "version": .number(DifferenceReport.jsonVersion),
      "tool": ["name": "svcnat", "version": .string(version)],
      "old": json(of: difference.old),
      "new": json(of: difference.new),
      "node": .string(difference.nodeName),
      "families": .strings(difference.families.map(\.family.rawValue)),
      "summary": [
        "same": .boolean(difference.isEmpty),
        "rulesDiffer": .boolean(difference.rulesDiffer),
        "added": .number(difference.count(.added)),
        "removed": .number(difference.count(.removed)),
        "changed": .number(difference.count(.changed)),
        "flows": .number(difference.flowChangeCount),
      ],
      "servicePorts": .array(entries.map(json(of:))),
      "generalFlows": .array(general.map(json(of:))),
    ]
  }

  private func json(of side: NodeDifference.Side) -> JSONValue {
    [
      "name": .string(side.name), "kind": .string(side.kind.rawValue), "target": .string(side.target.rawValue),
    ]
  }

  private func json(of entry: DifferenceEntry) -> JSONValue {
    let place = place(entry)
    return .object([
      "service": .string(entry.name.service.description),
      "port": .string(entry.name.port),
      "protocol": .string(entry.name.transport.rawValue),
      "family": .string(entry.family.rawValue),
      "kind": .string(entry.port?.kind.rawValue ?? "unchanged"),
      "file": .string(place.file),
      "line": place.line.map { .number($0) },
      "column": place.column.map { .number($0) },
      "changes": .array((entry.port?.changes ?? []).flatMap(json(of:))),
      "flows": .array(entry.flows.map(json(of:))),
    ])
  }

  // MARK: - Changes

  private func json(of change: ServicePortDifference.Change) -> [JSONValue] {
    switch change {
    case .frontend(let frontend, let isAdded):
      return [.object([.init("what", "frontend"), word(isAdded)] + frontend.members)]
    case .backends(let set, let changes):
      return changes.map { change in
        [
          "what": "backends", "set": .string(set.rawValue), "change": .string(change.kind.rawValue),
          "backends": .strings(change.backends.map(\.key)), "oldCount": .number(change.oldCount),
          "newCount": .number(change.newCount),
        ]
      }
    case .policy(let traffic, let old, let new):
      return [
        pair("\(traffic.rawValue)TrafficPolicy", old.map { .string($0.rawValue) }, new.map { .string($0.rawValue) })
      ]
    case .affinity(let old, let new):
      return [pair("affinitySeconds", old.map { .number(Int($0)) }, new.map { .number(Int($0)) })]
    case .sourceRange(let range, let isAdded):
      return [.object([.init("what", "sourceRange"), word(isAdded), .init("range", .string(range.description))])]
    case .loadBalancerSources(let isAllowed):
      return [.object([.init("what", "loadBalancerSources"), word(isAllowed)])]
    case .healthCheckPort(let old, let new):
      return [pair("healthCheckNodePort", old == 0 ? nil : .number(Int(old)), new == 0 ? nil : .number(Int(new)))]
    case .refusal(let traffic, let old, let new):
      return [pair("\(traffic.rawValue)Refusal", old.map { .string($0.word) }, new.map { .string($0.word) })]
    }
  }

  private func word(_ isAdded: Bool) -> JSONValue.Member { .init("change", isAdded ? "added" : "removed") }

  /// Null: none.
  private func pair(_ what: String, _ old: JSONValue?, _ new: JSONValue?) -> JSONValue {
    ["what": .string(what), "change": "changed", "old": old ?? .null, "new": new ?? .null]
  }

  // MARK: - Flows

  private func json(of change: FlowChange) -> JSONValue {
    let first = change.destinations.first
    return .object([
      "text": .string(texts([change]).joined()),
      "to": .object([
        "kind": first.map { .string($0.kind.rawValue) },
        "addresses": .strings(DifferenceReport.unique(change.destinations.map(\.address.description))),
        "protocols": .strings(DifferenceReport.unique(change.destinations.map(\.transport.description))),
        "port": first.map { .number(Int($0.port)) },
      ]),
      "from": .array(
        change.sources.map { source in
          .object([
            "kind": .string(source.kind.rawValue),
            "example": .string(source.address.description),
            "allowed": source.isAllowed.map { ["old": .boolean($0.old), "new": .boolean($0.new)] },
          ])
        }),
      "fromAll": .boolean(change.isFromEverywhere),
      "before": json(of: change.before, change.reasonBefore),
      "after": json(of: change.after, change.reasonAfter),
      "targetReason": change.targetReason.map { .string($0) },
      "unlikely": change.isUnlikely ? true : nil,
    ])
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }

  private func json(of fate: FlowFate, _ reason: String?) -> JSONValue {
    .object([
      "ends": .array(
        fate.shares.map { share in
          .object([
            "end": .string(share.end.word),
            "backend": share.end.backend.map { .string($0) },
            "share": .string(share.share.description),
            "masqueraded": share.end.backend == nil ? nil : .boolean(share.isMasqueraded),
          ])
        }),
      "affinitySeconds": fate.affinitySeconds.map { .number(Int($0)) },
      "reason": reason.map { .string($0) },
    ])
  }
}

extension FlowFate.End {
  fileprivate var word: String {
    switch self {
    case .backend: "backend"
    case .rejected: "rejected"
    case .dropped: "dropped"
    case .accepted: "accepted"
    case .untouched: "untouched"
    }
  }

  fileprivate var backend: String? {
    if case .backend(let address, let port) = self { EndpointText.text(address, port) } else { nil }
  }
}

extension ServicePortPlan.Refusal {
  fileprivate var word: String { self == .reject ? "reject" : "drop" }
}

extension ServicePortDifference.Frontend {
  fileprivate var members: [JSONValue.Member] {
    let kind: String
    var address: IPAddress?
    let port: UInt16
    switch self {
    case .clusterIP(let own, let number): (kind, address, port) = ("clusterIP", own, number)
    case .externalIP(let own, let number): (kind, address, port) = ("externalIP", own, number)
    case .loadBalancer(let own, let number): (kind, address, port) = ("loadBalancer", own, number)
    case .nodePort(let number): (kind, address, port) = ("nodePort", nil, number)
    }
    let member = address.map { [JSONValue.Member("address", .string($0.description))] } ?? []
    return [.init("frontend", .string(kind))] + member + [.init("port", .number(Int(port)))]
  }
}
