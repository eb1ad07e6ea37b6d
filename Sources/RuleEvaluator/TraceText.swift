import NetworkAddresses

/// Writes the rules a packet met for people to read: by hook and table, in the order they were met.
///
/// What all branches share is written once, in front of where they part and behind it. Of many branches some are shown
/// and the rest counted, for the rules of one differ from those of the next by a number or an address only.
public struct TraceText: Hashable, Sendable {
  /// Columns that lines keep to, where words allow.
  public var width = 100
  /// How many branches are shown.
  public var shownBranches = 3
  /// How many branches are shown where a single rule chooses among them.
  public var shownChoices = 8

  public init() {}

  /// The whole story, no line empty; nothing where no rule matched.
  public func lines(_ outcome: Outcome) -> [String] {
    var writer = TraceWriter(width: width)
    guard outcome.branches.count > 1 else {
      for branch in outcome.branches { writer.write(outcome.steps(of: branch)) }
      return writer.lines
    }
    let common = outcome.commonSteps
    writer.write(common)
    var ways = outcome.branches.map(outcome.ownSteps)
    let ending = commonEnding(ways)
    for index in ways.indices { ways[index].removeLast(ending.count) }
    if isOneChoice(ways) {
      writer.writeChoice(zip(ways.prefix(shownChoices), outcome.branches).map { ($0[0], $1.probability) })
      if ways.count > shownChoices { writer.line("    and \(ways.count - shownChoices) more") }
    } else {
      for (branch, steps) in zip(outcome.branches.prefix(shownBranches), ways) {
        writer.open("\(branch.probability) of connections, \(branch.fate.words):")
        writer.write(steps)
        writer.close()
      }
      if ways.count > shownBranches { writer.line("and \(ways.count - shownBranches) more ways") }
      if !ending.isEmpty { writer.line("then, whichever way:") }
    }
    writer.write(ending)
    return writer.lines
  }

  /// Whether one rule alone chooses among all ways.
  private func isOneChoice(_ ways: [[Trace.Step]]) -> Bool {
    guard let first = ways.first?.first else { return false }
    return ways.allSatisfy { $0.count == 1 && $0[0].isSamePlace(as: first) }
  }

  /// `ip:port`, `[ip]:port`
  public static func socket(_ address: IPAddress, _ port: UInt16) -> String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }

  /// The steps that all ways end with.
  private func commonEnding(_ ways: [[Trace.Step]]) -> [Trace.Step] {
    guard let first = ways.first else { return [] }
    var length = first.count
    for way in ways.dropFirst() {
      var same = 0
      while same < min(length, way.count),
        way[way.count - 1 - same].isSameRule(as: first[first.count - 1 - same])
      {
        same += 1
      }
      length = same
    }
    return Array(first.suffix(length))
  }
}

extension Trace.Step {
  /// Whether both are the same rule with the same effect, however likely.
  fileprivate func isSameRule(as other: Trace.Step) -> Bool {
    isSamePlace(as: other) && element == other.element && effect == other.effect
  }

  fileprivate func isSamePlace(as other: Trace.Step) -> Bool { hook == other.hook && place == other.place }

  /// What the rule did, where its text does not say so.
  fileprivate var remark: String? {
    switch effect {
    case .translated(let address, let port): "=> to \(TraceText.socket(address, port))"
    case .dropped: "=> dropped"
    case .rejected: "=> rejected"
    case .masqueraded: "=> source rewritten"
    case .accepted: "=> accepted"
    case .passed, .marked, .jumped, .wentTo, .returned: nil
    }
  }
}

extension Outcome.Fate {
  /// `to 10.244.1.5:8080`, `rejected`, ...
  public var words: String {
    switch self {
    case .translated(let address, let port): "to \(TraceText.socket(address, port))"
    case .rejected: "rejected"
    case .dropped: "dropped"
    case .accepted: "accepted"
    case .untouched: "untouched"
    }
  }
}

/// Lines of a trace, with headings where hook or table change.
private struct TraceWriter {
  let width: Int
  private(set) var lines: [String] = []
  private var indent = ""
  private var heading: String?
  private var outerHeading: String?

  init(width: Int) { self.width = width }

  mutating func write(_ steps: [Trace.Step]) {
    for step in steps {
      writeRule(of: step)
      if let element = step.elementText { wrap(element, "      ") }
      if let remark = step.remark { wrap(remark, "      ") }
    }
  }

  /// One rule, and what it may do.
  mutating func writeChoice(_ choices: [(step: Trace.Step, probability: Fraction)]) {
    guard let first = choices.first?.step else { return }
    writeRule(of: first)
    for (step, probability) in choices {
      wrap("\(probability): \(step.elementText ?? step.remark ?? "")", "      ")
    }
  }

  private mutating func writeRule(of step: Trace.Step) {
    let place = "\(step.hook.rawValue), table \(step.table)"
    if place != heading {
      heading = place
      lines.append(indent + place)
    }
    // iptables repeats the chain in front of each rule.
    let rule = step.rule
    let prefix = "-A \(step.chain) "
    wrap("\(step.chain): \(rule.hasPrefix(prefix) ? String(rule.dropFirst(prefix.count)) : rule)", "  ")
  }

  mutating func open(_ title: String) {
    wrap(title, "  ")
    indent += "  "
    outerHeading = heading
  }

  mutating func close() {
    indent.removeLast(2)
    heading = outerHeading
  }

  mutating func line(_ text: String) { wrap(text, "  ") }

  private mutating func wrap(_ text: String, _ own: String) {
    lines += TextWrapping.lines(text, width: width, first: indent + own, rest: indent + own + "    ")
  }
}
