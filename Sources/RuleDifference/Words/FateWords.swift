import RuleEvaluator

/// Says what becomes of connections, and what is different about it than on the other side.
struct FateWords {
  let fate: FlowFate
  let other: FlowFate
  let kind: FlowDestination.Kind
  let reason: String?
  /// Of the two sides.
  let isNew: Bool
  /// Backends listed before they are counted.
  private static let listed = 3

  var words: String {
    if let end = fate.refusal { return (reason.map { "\(name(end)): \($0)" } ?? name(end)) }
    if fate.shares.isEmpty { return "nowhere" }
    var words = ends
    if fate.shares.map(\.end) == other.shares.map(\.end) {
      words += masquerading
      if fate.affinitySeconds != other.affinitySeconds { words += affinity }
    }
    return words
  }

  private func name(_ end: FlowFate.End) -> String {
    switch end {
    case .backend(let address, let port): EndpointText.text(address, port)
    case .rejected: "rejected"
    case .dropped: "dropped"
    case .accepted: "accepted"
    case .untouched: kind == .frontend ? "not served" : "left alone"
    }
  }

  private var ends: String {
    let isEven = Set(fate.shares.map(\.share)).count == 1
    if !isEven {
      let sharesDiffer = fate.shares.map(\.share) != other.shares.map(\.share)
      if sharesDiffer || fate.shares.count <= FateWords.listed {
        return list(fate.shares.map { "\(Percentage.text($0.share)) \(name($0.end))" })
      }
    }
    let known = Set(other.shares.map(\.end))
    let isReplaced =
      fate.shares.count == other.shares.count && fate.shares.contains { !known.contains($0.end) }
    if fate.shares.count == 1 || (isReplaced && fate.shares.count <= FateWords.listed) {
      return list(fate.shares.map { name($0.end) })
    }
    let strangers = fate.shares.count { !known.contains($0.end) }
    return "\(fate.shares.count) backends" + (isReplaced ? ", \(strangers) of them \(isNew ? "new" : "gone now")" : "")
  }

  private func list(_ words: [String]) -> String {
    let shown = words.prefix(FateWords.listed).joined(separator: ", ")
    return words.count > FateWords.listed ? "\(shown) and \(words.count - FateWords.listed) more" : shown
  }

  private var masquerading: String {
    let flags = zip(fate.shares, other.shares).filter { $0.0.isMasqueraded != $0.1.isMasqueraded }
    guard let first = flags.first?.0 else { return "" }
    let sees = first.isMasqueraded ? "an address of the node" : "the client's address"
    if flags.count == fate.shares.count { return fate.shares.count == 1 ? " seeing \(sees)" : ", seeing \(sees)" }
    return ", of which \(list(flags.map { name($0.0.end) })) \(flags.count == 1 ? "sees" : "see") \(sees)"
  }

  private var affinity: String {
    fate.affinitySeconds.map { ", the same one for a client within \($0) s" } ?? ", any one for each connection"
  }
}

/// Shares in per cent.
enum Percentage {
  /// `33.3 %`
  static func text(_ share: Fraction) -> String {
    let (product, overflows) = share.numerator.multipliedReportingOverflow(by: 2000)
    if overflows { return share.description }
    let perMille = (product / share.denominator + 1) / 2
    return perMille % 10 == 0 ? "\(perMille / 10) %" : "\(perMille / 10).\(perMille % 10) %"
  }

  /// The share of one of `count`; of none, none.
  static func text(oneOf count: Int) -> String { count > 0 ? text(Fraction(1, UInt64(count))) : "0 %" }
}
