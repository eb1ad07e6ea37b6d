import NetworkAddresses
import RuleText

extension TextBuffer {
  /// The arguments of a rule behind its chain, in the order of IPT-6, each with a blank in front.
  ///
  /// - Parameter commentLast: the comment follows the other matches, as in kube-proxy's entry jumps (IPT-3): its
  ///   `iptables -C` finds a rule only with the same order.
  mutating func write(_ rule: Rule, commentLast: Bool) {
    if !commentLast { write(comment: rule.comment) }
    if let transport = rule.transport {
      write(" -m ")
      write(transport.word)
      write(" -p ")
      write(transport.word)
    }
    if let destination = rule.destination { write(" -d ", destination) }
    if let port = rule.destinationPort {
      write(" --dport ")
      write(UInt64(port))
    }
    if let source = rule.source { write(" -s ", source) }
    if let interface = rule.inInterface {
      if interface.isNegated { write(" !") }
      write(" -i ")
      write(interface.name)
      if interface.isPrefix { write(byte: UInt8(ascii: "+")) }
    }
    for match in rule.matches { write(match) }
    if commentLast { write(comment: rule.comment) }
    if let target = rule.target { write(target) }
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

  private mutating func write(_ match: Match) {
    switch match {
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
          write(UInt64(seconds))
        }
        if reap { write(" --reap") }
      }
    case .accounting(let name):
      write(" -m nfacct --nfacct-name ")
      write(word: name)
    case .opaque(let words): write(words: words)
    }
  }

  private mutating func write(_ target: Target) {
    if case .opaque(let words) = target {
      write(words: words)
      return
    }
    if case .goto(let chain) = target {
      write(" -g ")
      write(chain)
      return
    }
    write(" -j ")
    switch target {
    case .jump(let chain), .goto(let chain): write(chain)
    case .accept: write("ACCEPT")
    case .drop: write("DROP")
    case .return: write("RETURN")
    case .reject(let reply):
      write("REJECT")
      switch reply {
      case .portUnreachable: break
      case .tcpReset: write(" --reject-with tcp-reset")
      case .other(let name):
        write(" --reject-with ")
        write(word: name)
      }
    case .destinationNAT(let address, let port):
      write("DNAT --to-destination ")
      if address.family == .ipv6 { write(byte: UInt8(ascii: "[")) }
      write(address)
      if address.family == .ipv6 { write(byte: UInt8(ascii: "]")) }
      write(byte: UInt8(ascii: ":"))
      write(UInt64(port))
    case .setMark(let value, let mask):
      if value == mask {
        write("MARK --or-mark ")
        write(hexadecimal: value)
      } else if mask == 0 {
        write("MARK --xor-mark ")
        write(hexadecimal: value)
      } else {
        write("MARK --set-xmark ")
        write(hexadecimal: value)
        write(byte: UInt8(ascii: "/"))
        write(hexadecimal: mask)
      }
    case .masquerade(let fullyRandom):
      write("MASQUERADE")
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

extension Rule {
  /// The rule as `iptables-restore` takes it, without its chain.
  public var text: String {
    var writer = TextBuffer(capacity: 256)
    writer.write(self, commentLast: false)
    return String(decoding: writer.bytes.dropFirst(), as: UTF8.self)
  }
}
