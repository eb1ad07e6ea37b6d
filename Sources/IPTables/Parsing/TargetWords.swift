import NetworkAddresses

/// What the words behind `-j NAME` mean.
enum TargetWords {
  /// Nil where they say something we do not model.
  ///
  /// - Parameter flag: `-j` or `-g`.
  static func target(_ flag: String, _ name: String, _ words: [String], isChain: (String) -> Bool) -> Target? {
    if flag == "-g" { return words.isEmpty ? .goto(name) : nil }
    switch name {
    case "ACCEPT": return words.isEmpty ? .accept : nil
    case "DROP": return words.isEmpty ? .drop : nil
    case "RETURN": return words.isEmpty ? .return : nil
    case "REJECT": return reject(words)
    case "DNAT": return destinationNAT(words)
    case "MARK": return setMark(words)
    case "MASQUERADE":
      return words.isEmpty
        ? .masquerade(fullyRandom: false) : words == ["--random-fully"] ? .masquerade(fullyRandom: true) : nil
    default:
      // A document may jump to a chain an earlier one made; ours are known by their name.
      return words.isEmpty && (name.hasPrefix("KUBE-") || isChain(name)) ? .jump(name) : nil
    }
  }

  private static func reject(_ words: [String]) -> Target? {
    if words.isEmpty { return .reject(.portUnreachable) }
    guard words.count == 2, words[0] == "--reject-with" else { return nil }
    switch words[1] {
    case "icmp-port-unreachable", "port-unreach", "icmp6-port-unreachable": return .reject(.portUnreachable)
    case "tcp-reset", "tcp-rst": return .reject(.tcpReset)
    default: return .reject(.other(words[1]))
    }
  }

  private static func destinationNAT(_ words: [String]) -> Target? {
    guard words.count == 2, words[0] == "--to-destination", let colon = words[1].lastIndex(of: ":"),
      let port = UInt16(words[1][words[1].index(after: colon)...])
    else { return nil }
    var text = words[1][..<colon]
    if text.hasPrefix("["), text.hasSuffix("]") {
      text = text.dropFirst().dropLast()
    } else if text.contains(":") {
      return nil
    }
    return IPAddress(text).map { .destinationNAT($0, port) }
  }

  private static func setMark(_ words: [String]) -> Target? {
    guard words.count == 2, let number = MaskedNumber(words[1]) else { return nil }
    let isPlain = !words[1].contains("/")
    switch words[0] {
    case "--set-xmark": return .setMark(value: number.value, mask: number.mask)
    case "--set-mark": return .setMark(value: number.value, mask: number.value | number.mask)
    case "--or-mark" where isPlain: return .setMark(value: number.value, mask: number.value)
    case "--xor-mark" where isPlain: return .setMark(value: number.value, mask: 0)
    case "--and-mark" where isPlain: return .setMark(value: 0, mask: ~number.value)
    default: return nil
    }
  }
}
