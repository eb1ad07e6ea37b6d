import NetworkAddresses

/// What the words behind `-m NAME` mean.
enum MatchWords {
  /// Nil where they say something we do not model.
  static func matches(_ name: String, _ words: [String], family: IPFamily) -> [Match]? {
    switch name {
    case "addrtype": addressTypes(words)
    case "conntrack": states(words, option: "--ctstate")
    case "state": states(words, option: "--state")
    case "mark": mark(words)
    case "statistic": statistic(words)
    case "recent": recent(words, family: family)
    case "nfacct": words.count == 2 && words[0] == "--nfacct-name" ? [.accounting(words[1])] : nil
    default: nil
    }
  }

  private static func addressTypes(_ words: [String]) -> [Match]? {
    switch words {
    case ["--src-type", "LOCAL"]: [.sourceIsLocal]
    case ["--dst-type", "LOCAL"]: [.destinationIsLocal]
    case ["--src-type", "LOCAL", "--dst-type", "LOCAL"], ["--dst-type", "LOCAL", "--src-type", "LOCAL"]:
      [.sourceIsLocal, .destinationIsLocal]
    default: nil
    }
  }

  private static func states(_ words: [String], option: String) -> [Match]? {
    let isNegated = words.first == "!"
    let words = isNegated ? words.dropFirst() : words[...]
    guard words.count == 2, words.first == option, let list = words.last else { return nil }
    var states: ConntrackMatch.States = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let state = ConntrackMatch.States.words.first(where: { $0.1 == word })?.0 else { return nil }
      states.insert(state)
    }
    return [.conntrack(ConntrackMatch(states, isNegated: isNegated))]
  }

  private static func mark(_ words: [String]) -> [Match]? {
    let isNegated = words.first == "!"
    let words = isNegated ? words.dropFirst() : words[...]
    guard words.count == 2, words.first == "--mark", let mark = words.last.flatMap(MaskedNumber.init) else {
      return nil
    }
    return [.mark(MarkMatch(mark.value, mask: mark.mask, isNegated: isNegated))]
  }

  private static func statistic(_ words: [String]) -> [Match]? {
    guard words.count == 4, let mode = words.firstIndex(of: "--mode"), words[(mode + 1) % 4] == "random",
      let probability = words.firstIndex(of: "--probability"), probability != 3,
      let n = ProbabilityText.denominator(words[probability + 1])
    else { return nil }
    return [.oneIn(n)]
  }

  private static func recent(_ words: [String], family: IPFamily) -> [Match]? {
    var list = "DEFAULT"
    var operation: RecentMatch.Operation?
    var seconds: UInt32?
    var reap = false
    var rest = words[...]
    while let option = rest.popFirst() {
      switch option {
      case "--set" where operation == nil: operation = .set
      case "--rcheck" where operation == nil: operation = .check(seconds: nil, reap: false)
      case "--seconds":
        guard let number = rest.popFirst().flatMap(UInt32.init) else { return nil }
        seconds = number
      case "--reap": reap = true
      case "--name":
        guard let name = rest.popFirst() else { return nil }
        list = name
      case "--rsource": break
      case "--mask":
        // Any other mask lumps addresses together.
        guard let mask = rest.popFirst().flatMap(IPAddress.init), mask == IPPrefix.everyBit(family) else { return nil }
      default: return nil
      }
    }
    switch operation {
    case .set where seconds == nil && !reap: return [.recent(RecentMatch(list, .set))]
    case .check: return [.recent(RecentMatch(list, .check(seconds: seconds, reap: reap)))]
    default: return nil
    }
  }
}

extension IPPrefix {
  /// 255.255.255.255 or ffff:...:ffff
  fileprivate static func everyBit(_ family: IPFamily) -> IPAddress {
    IPPrefix(.unspecified(family), length: 0).lastAddress
  }
}
