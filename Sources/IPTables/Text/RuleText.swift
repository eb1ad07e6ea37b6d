import NetworkAddresses
import RuleText

extension TextCursor {
  /// The arguments of a rule behind its chain, in the order of IPT-6, each with a blank in front.
  ///
  /// - Parameters:
  ///   - rule: a pointer, so that nothing in it is copied: its strings lie all over memory.
  ///   - commentLast: the comment follows the other matches, as in kube-proxy's entry jumps (IPT-3): its `iptables -C`
  ///     finds a rule only with the same order.
  mutating func write(_ rule: UnsafePointer<Rule>, commentLast: Bool) {
    if !commentLast { write(comment: rule.pointee.comment) }
    if let transport = rule.pointee.transport {
      write(" -m ")
      write(transport)
      write(" -p ")
      write(transport)
    }
    if let destination = rule.pointee.destination { write(" -d ", destination) }
    if let port = rule.pointee.destinationPort {
      write(" --dport ")
      write(port)
    }
    if let source = rule.pointee.source { write(" -s ", source) }
    write(rule.pointee.inInterface)
    write(rule.pointee.matches)
    if commentLast { write(comment: rule.pointee.comment) }
    write(rule.pointee.target)
  }

  private mutating func write(comment: String?) {
    guard let comment else { return }
    write(" -m comment --comment ")
    write(word: comment)
  }

  private mutating func write(_ option: StaticString, _ match: PrefixMatch) {
    if match.isNegated { write(" !") }
    write(option)
    if match.prefix.length == match.prefix.family.addressBits {
      write(match.prefix.address)
    } else {
      write(match.prefix)
    }
  }

  private mutating func write(_ interface: InterfaceMatch?) {
    guard let interface else { return }
    if interface.isNegated { write(" !") }
    write(" -i ")
    write(interface.name)
    if interface.isPrefix { write(byte: UInt8(ascii: "+")) }
  }

  private mutating func write(_ matches: [Match]) {
    if matches.isEmpty { return }
    var cursor = self
    matches.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      for index in buffer.indices { cursor.write(start + index) }
    }
    self = cursor
  }

  private mutating func write(_ match: UnsafePointer<Match>) {
    switch match.pointee {
    case .sourceIsLocal: write(" -m addrtype --src-type LOCAL")
    case .destinationIsLocal: write(" -m addrtype --dst-type LOCAL")
    case .conntrack(let match):
      write(" -m conntrack")
      if match.isNegated { write(" !") }
      write(" --ctstate ")
      var separator = false
      for (state, word) in ConntrackMatch.States.words where match.states.contains(state) {
        if separator { write(byte: UInt8(ascii: ",")) }
        write(word)
        separator = true
      }
    case .mark(let match):
      write(" -m mark")
      if match.isNegated { write(" !") }
      write(" --mark ")
      write(hexadecimal: match.value)
      if match.mask != .max {
        write(byte: UInt8(ascii: "/"))
        write(hexadecimal: match.mask)
      }
    case .oneIn(let n):
      write(" -m statistic --mode random --probability ")
      write(probabilityOfOneIn: n)
    case .recent(let match):
      write(" -m recent --name ")
      write(word: match.list)
      switch match.operation {
      case .set: write(" --set")
      case .check(let seconds, let reap):
        write(" --rcheck")
        if let seconds {
          write(" --seconds ")
          write(seconds)
        }
        if reap { write(" --reap") }
      }
    case .accounting(let name):
      write(" -m nfacct --nfacct-name ")
      write(word: name)
    case .opaque(let words): write(words: words)
    }
  }

  private mutating func write(_ target: Target?) {
    switch target {
    case nil: break
    case .goto(let chain):
      write(" -g ")
      write(chain)
    case .jump(let chain):
      write(" -j ")
      write(chain)
    case .accept: write(" -j ACCEPT")
    case .drop: write(" -j DROP")
    case .return: write(" -j RETURN")
    case .reject(let reply):
      write(" -j REJECT")
      switch reply {
      case .portUnreachable: break
      case .tcpReset: write(" --reject-with tcp-reset")
      case .other(let name):
        write(" --reject-with ")
        write(word: name)
      }
    case .destinationNAT(let address, let port):
      write(" -j DNAT --to-destination ")
      if address.family == .ipv6 { write(byte: UInt8(ascii: "[")) }
      write(address)
      if address.family == .ipv6 { write(byte: UInt8(ascii: "]")) }
      write(byte: UInt8(ascii: ":"))
      write(port)
    case .setMark(let value, let mask):
      if value == mask {
        write(" -j MARK --or-mark ")
        write(hexadecimal: value)
      } else if mask == 0 {
        write(" -j MARK --xor-mark ")
        write(hexadecimal: value)
      } else {
        write(" -j MARK --set-xmark ")
        write(hexadecimal: value)
        write(byte: UInt8(ascii: "/"))
        write(hexadecimal: mask)
      }
    case .masquerade(let fullyRandom):
      write(" -j MASQUERADE")
      if fullyRandom { write(" --random-fully") }
    case .opaque(let words): write(words: words)
    }
  }

  private mutating func write(words: [String]) {
    for word in words {
      write(byte: UInt8(ascii: " "))
      write(word: word)
    }
  }
}

extension UnsafePointer<Rule> {
  /// Bytes that ``TextCursor/write(_:commentLast:)`` writes at most.
  var textRoom: Int {
    TextRoom.rule + TextRoom.word(pointee.comment) + TextRoom.interface(pointee.inInterface)
      + TextRoom.matches(pointee.matches) + TextRoom.target(pointee.target)
  }
}

/// What parts of a rule take at most.
private enum TextRoom {
  /// All options, two prefixes, a port and a target that has no words of its own.
  static let rule = 320
  /// A match without its words; conntrack with all states.
  static let fixedMatch = 128

  static func word(_ text: String?) -> Int { text.map(word) ?? 0 }

  /// Quotes, and a backslash before each byte.
  static func word(_ text: String) -> Int { 2 * text.withBytes(\.count) + 3 }

  static func words(_ words: [String]) -> Int { words.reduce(0) { $0 + word($1) } }

  static func interface(_ match: InterfaceMatch?) -> Int { word(match?.name) }

  static func matches(_ matches: [Match]) -> Int {
    if matches.isEmpty { return 0 }
    return matches.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return buffer.indices.reduce(0) { $0 + match(start + $1) }
    }
  }

  private static func match(_ match: UnsafePointer<Match>) -> Int {
    let words =
      switch match.pointee {
      case .sourceIsLocal, .destinationIsLocal, .conntrack, .mark, .oneIn: 0
      case .recent(let match): word(match.list)
      case .accounting(let name): word(name)
      case .opaque(let words): TextRoom.words(words)
      }
    return words + fixedMatch
  }

  static func target(_ target: Target?) -> Int {
    switch target {
    case .jump(let chain), .goto(let chain): chain.withBytes(\.count)
    case .reject(.other(let name)): word(name)
    case .opaque(let words): TextRoom.words(words)
    default: 0
    }
  }
}

extension Rule {
  /// The rule as `iptables-restore` takes it, without its chain.
  public var text: String { text(commentLast: false) }

  /// - Parameter commentLast: as in rules of built-in chains.
  func text(commentLast: Bool) -> String {
    var buffer = TextBuffer(capacity: 256)
    withUnsafePointer(to: self) { rule in
      var cursor = buffer.cursor(room: rule.textRoom)
      cursor.write(rule, commentLast: commentLast)
      buffer.advance(to: cursor)
    }
    return String(decoding: buffer.bytes.dropFirst(), as: UTF8.self)
  }
}
