import Reports

/// What annotations and alerts tell apart: the rules of the SARIF log.
enum DifferenceKind: CaseIterable {
  case lost, flows, rules

  init(_ entry: DifferenceEntry) {
    self = entry.isLoss ? .lost : entry.flows.isEmpty ? .rules : .flows
  }

  /// Stable.
  var code: String {
    switch self {
    case .lost: "SVD001"
    case .flows: "SVD002"
    case .rules: "SVD003"
    }
  }

  var name: String {
    switch self {
    case .lost: "TrafficLost"
    case .flows: "TrafficChanges"
    case .rules: "RulesChange"
    }
  }

  var title: String {
    switch self {
    case .lost: "connections that were served are no more"
    case .flows: "connections end elsewhere"
    case .rules: "rules change, and no connection"
    }
  }

  var help: String {
    switch self {
    case .lost:
      "Some clients reached a backend before and are refused, or reach nothing, after. Look at endpoints, policies and "
        + "source ranges of the Service."
    case .flows: "Some connections reach other backends than before, in other shares, or from another address."
    case .rules: "What is written for the Service differs; where its connections go does not."
    }
  }

  var level: SARIF.Level { self == .lost ? .warning : .note }

  var rule: SARIF.Rule {
    SARIF.Rule(
      id: code, name: name, summary: title, help: help, helpMarkdown: help, level: level, tags: ["diff"])
  }
}

/// A place to show something at.
struct DifferencePlace {
  var file: String
  var line: Int?
  var column: Int?
}

extension DifferenceReport {
  /// Where a service port is written: in the new input, or in the old one where it is removed.
  func place(_ entry: DifferenceEntry) -> DifferencePlace {
    for (plan, side) in [(entry.newPlan, difference.new), (entry.oldPlan, difference.old)] {
      guard let position = plan?.position, Int(position.file) < side.files.count else { continue }
      return DifferencePlace(
        file: side.files[Int(position.file)], line: position.line > 0 ? Int(position.line) : nil,
        column: position.line > 0 ? Int(position.column) : nil)
    }
    return anyPlace
  }

  /// For what belongs to the input as a whole.
  var anyPlace: DifferencePlace {
    DifferencePlace(file: difference.new.files.first ?? difference.old.files.first ?? difference.new.name)
  }

  /// All there is to say of an entry, a line each.
  func lines(_ entry: DifferenceEntry) -> [String] {
    let rows = (entry.port?.rows(limit: backendLimit) ?? []).map { "\($0.sign.rawValue) \($0.subject) \($0.value)" }
    return rows + texts(entry.flows)
  }
}
