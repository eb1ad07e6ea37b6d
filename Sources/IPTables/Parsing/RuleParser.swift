import NetworkAddresses

/// Reads the words of one rule.
///
/// Options belong to the `-m` or `-j` before them, but for those of the protocol: `-m tcp -p tcp -d 10.0.0.1 --dport 80`.
struct RuleParser {
  /// An extension and the words that follow it.
  private struct Extension {
    /// Empty where it was not loaded by name: `-p udp --dport 53`.
    var name: String
    var words: [String] = []
  }

  private enum Owner {
    case match(Int)
    case target
  }

  private let family: IPFamily
  private var rule = Rule(target: nil)
  private var extensions: [Extension] = []
  /// `-j` or `-g`
  private var targetFlag: String?
  private var target = Extension(name: "")
  private var owner: Owner?
  /// What the core of iptables understands and we do not.
  private var opaque: [Match] = []

  init(family: IPFamily) {
    self.family = family
  }

  /// - Parameter isChain: whether the table has a chain of this name.
  mutating func parse(
    _ words: ArraySlice<Word>, isChain: (String) -> Bool
  ) throws(IPTablesParseError.Reason) -> Rule {
    var rest = words
    while let word = rest.popFirst() {
      var option = word
      var isNegated = false
      if word.isNegation {
        guard let next = rest.popFirst() else { throw .missing("an option behind !") }
        option = next
        isNegated = true
      }
      if try core(option.text, isNegated: isNegated, &rest) { continue }
      own(option.text, isNegated: isNegated, &rest)
    }
    rule.matches = opaque
    for loaded in extensions {
      if !take(loaded) {
        rule.matches.append(.opaque((loaded.name.isEmpty ? [] : ["-m", loaded.name]) + loaded.words))
      }
    }
    sortMatches()
    if let targetFlag {
      rule.target =
        TargetWords.target(targetFlag, target.name, target.words, isChain: isChain)
        ?? .opaque([targetFlag, target.name] + target.words)
    }
    return rule
  }

  // MARK: Options of iptables itself

  private mutating func core(
    _ option: String, isNegated: Bool, _ rest: inout ArraySlice<Word>
  ) throws(IPTablesParseError.Reason) -> Bool {
    switch option {
    case "-m", "--match":
      extensions.append(Extension(name: try argument(option, &rest).text))
      owner = .match(extensions.count - 1)
    case "-j", "--jump", "-g", "--goto":
      targetFlag = option == "-j" || option == "--jump" ? "-j" : "-g"
      target.name = try argument(option, &rest).text
      owner = .target
    case "-p", "--protocol", "--proto":
      let (text, isNegated) = try negatable(option, isNegated, &rest)
      if !isNegated, rule.transport == nil, let transport = RuleParser.transport(text) {
        rule.transport = transport
      } else if text != "all" && text != "0" || isNegated {
        keep(["-p", text], isNegated)
      }
    case "-s", "--source", "--src":
      let (text, isNegated) = try negatable(option, isNegated, &rest)
      if rule.source == nil, let prefix = prefix(text) {
        rule.source = PrefixMatch(prefix, isNegated: isNegated).normalised
      } else {
        keep(["-s", text], isNegated)
      }
    case "-d", "--destination", "--dst":
      let (text, isNegated) = try negatable(option, isNegated, &rest)
      if rule.destination == nil, let prefix = prefix(text) {
        rule.destination = PrefixMatch(prefix, isNegated: isNegated).normalised
      } else {
        keep(["-d", text], isNegated)
      }
    case "-i", "--in-interface":
      let (text, isNegated) = try negatable(option, isNegated, &rest)
      if rule.inInterface == nil {
        rule.inInterface =
          text.hasSuffix("+")
          ? InterfaceMatch(String(text.dropLast()), isPrefix: true, isNegated: isNegated)
          : InterfaceMatch(text, isNegated: isNegated)
      } else {
        keep(["-i", text], isNegated)
      }
    case "-o", "--out-interface":
      let (text, isNegated) = try negatable(option, isNegated, &rest)
      keep(["-o", text], isNegated)
    case "-f", "--fragment", "-4", "--ipv4", "-6", "--ipv6":
      keep([option], isNegated)
    case "-c", "--set-counters":
      _ = try argument(option, &rest)
      _ = try argument(option, &rest)
    default: return false
    }
    return true
  }

  private func argument(
    _ option: String, _ rest: inout ArraySlice<Word>
  ) throws(IPTablesParseError.Reason) -> Word {
    guard let word = rest.popFirst() else { throw .missing("what belongs to \(option)") }
    return word
  }

  /// The older place of the negation is behind the option.
  private func negatable(
    _ option: String, _ isNegated: Bool, _ rest: inout ArraySlice<Word>
  ) throws(IPTablesParseError.Reason) -> (String, Bool) {
    let word = try argument(option, &rest)
    return word.isNegation ? (try argument(option, &rest).text, !isNegated) : (word.text, isNegated)
  }

  private mutating func keep(_ words: [String], _ isNegated: Bool) {
    opaque.append(.opaque((isNegated ? ["!"] : []) + words))
  }

  private static func transport(_ text: String) -> TransportProtocol? {
    TransportProtocol.allCases.first { $0.word == text } ?? UInt8(text).flatMap(TransportProtocol.init(number:))
  }

  private func prefix(_ text: String) -> IPPrefix? {
    let prefix = text.contains("/") ? IPPrefix(text) : IPAddress(text).map { IPPrefix(host: $0) }
    return prefix?.family == family ? prefix : nil
  }

  // MARK: Options of extensions

  /// Gives an option and what follows it to the extension it belongs to.
  private mutating func own(_ option: String, isNegated: Bool, _ rest: inout ArraySlice<Word>) {
    var words = isNegated ? ["!", option] : [option]
    // The one behind an option belongs to it even if it looks like one, as long as it was quoted.
    while let next = rest.first, !next.isOption, !next.isNegation {
      words.append(next.text)
      rest = rest.dropFirst()
    }
    if RuleParser.protocolOptions.contains(option) {
      let index =
        extensions.lastIndex { RuleParser.protocolExtensions.contains($0.name) }
        ?? extensions.lastIndex { $0.name.isEmpty }
      if let index {
        extensions[index].words += words
      } else {
        extensions.append(Extension(name: "", words: words))
      }
      return
    }
    switch owner {
    case .match(let index): extensions[index].words += words
    case .target: target.words += words
    case nil:
      extensions.append(Extension(name: "", words: words))
      owner = .match(extensions.count - 1)
    }
  }

  private static let protocolExtensions: Set<String> = [
    "tcp", "udp", "sctp", "udplite", "dccp", "icmp", "icmp6", "icmpv6",
  ]
  private static let protocolOptions: Set<String> = [
    "--dport", "--destination-port", "--sport", "--source-port", "--tcp-flags", "--syn", "--tcp-option",
    "--chunk-types", "--icmp-type", "--icmpv6-type",
  ]

  /// False where the words are not understood.
  private mutating func take(_ loaded: Extension) -> Bool {
    switch loaded.name {
    case "comment":
      guard rule.comment == nil, loaded.words.count == 2, loaded.words[0] == "--comment" else { return false }
      rule.comment = loaded.words[1]
    case "tcp", "udp", "sctp", "":
      guard let transport = rule.transport, loaded.name.isEmpty || loaded.name == transport.word else { return false }
      if loaded.words.isEmpty { return true }
      guard loaded.words.count == 2, ["--dport", "--destination-port"].contains(loaded.words[0]),
        rule.destinationPort == nil, let port = UInt16(loaded.words[1])
      else { return false }
      rule.destinationPort = port
    default:
      guard let matches = MatchWords.matches(loaded.name, loaded.words, family: family) else { return false }
      rule.matches += matches
    }
    return true
  }

  private mutating func sortMatches() {
    guard rule.matches.count > 1 else { return }
    rule.matches = rule.matches.enumerated()
      .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
      .map(\.element)
  }
}

extension PrefixMatch {
  /// Nil where every address matches.
  fileprivate var normalised: PrefixMatch? {
    prefix.isZeroLength && !isNegated ? nil : self
  }
}
