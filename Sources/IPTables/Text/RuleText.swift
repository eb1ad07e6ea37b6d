import NetworkAddresses

extension ByteWriter {
  /// The arguments of a rule behind its chain, in the order of IPT-6, each with a blank in front.
  ///
  /// - Parameter commentLast: the comment follows the other matches, as in kube-proxy's entry jumps (IPT-3): its
  ///   `iptables -C` finds a rule only with the same order.
  mutating func put(_ rule: Rule, commentLast: Bool) {
    if !commentLast { put(comment: rule.comment) }
    if let transport = rule.transport {
      put(" -m ")
      put(transport.word)
      put(" -p ")
      put(transport.word)
    }
    if let destination = rule.destination { put(" -d ", destination) }
    if let port = rule.destinationPort {
      put(" --dport ")
      put(decimal: UInt64(port))
    }
    if let source = rule.source { put(" -s ", source) }
    if let interface = rule.inInterface {
      if interface.isNegated { put(" !") }
      put(" -i ")
      put(interface.name)
      if interface.isPrefix { put(UInt8(ascii: "+")) }
    }
    for match in rule.matches { put(match) }
    if commentLast { put(comment: rule.comment) }
    if let target = rule.target { put(target) }
  }

  private mutating func put(comment: String?) {
    guard let comment else { return }
    put(" -m comment --comment ")
    put(word: comment)
  }

  private mutating func put(_ option: StaticString, _ match: PrefixMatch) {
    if match.isNegated { put(" !") }
    put(option)
    if match.prefix.length == match.prefix.family.addressBits {
      put(match.prefix.address)
    } else {
      put(match.prefix)
    }
  }

  private mutating func put(_ match: Match) {
    switch match {
    case .sourceIsLocal: put(" -m addrtype --src-type LOCAL")
    case .destinationIsLocal: put(" -m addrtype --dst-type LOCAL")
    case .conntrack(let match):
      put(" -m conntrack")
      if match.isNegated { put(" !") }
      put(" --ctstate ")
      var separator = false
      for (state, word) in ConntrackMatch.States.words where match.states.contains(state) {
        if separator { put(UInt8(ascii: ",")) }
        put(word)
        separator = true
      }
    case .mark(let match):
      put(" -m mark")
      if match.isNegated { put(" !") }
      put(" --mark ")
      put(mark: match.value)
      if match.mask != .max {
        put(UInt8(ascii: "/"))
        put(mark: match.mask)
      }
    case .oneIn(let n):
      put(" -m statistic --mode random --probability ")
      put(probabilityOfOneIn: n)
    case .recent(let match):
      put(" -m recent --name ")
      put(word: match.list)
      switch match.operation {
      case .set: put(" --set")
      case .check(let seconds, let reap):
        put(" --rcheck")
        if let seconds {
          put(" --seconds ")
          put(decimal: UInt64(seconds))
        }
        if reap { put(" --reap") }
      }
    case .accounting(let name):
      put(" -m nfacct --nfacct-name ")
      put(word: name)
    case .opaque(let words): put(words: words)
    }
  }

  private mutating func put(_ target: Target) {
    if case .opaque(let words) = target {
      put(words: words)
      return
    }
    if case .goto(let chain) = target {
      put(" -g ")
      put(chain)
      return
    }
    put(" -j ")
    switch target {
    case .jump(let chain), .goto(let chain): put(chain)
    case .accept: put("ACCEPT")
    case .drop: put("DROP")
    case .return: put("RETURN")
    case .reject(let reply):
      put("REJECT")
      switch reply {
      case .portUnreachable: break
      case .tcpReset: put(" --reject-with tcp-reset")
      case .other(let name):
        put(" --reject-with ")
        put(word: name)
      }
    case .destinationNAT(let address, let port):
      put("DNAT --to-destination ")
      if address.family == .ipv6 { put(UInt8(ascii: "[")) }
      put(address)
      if address.family == .ipv6 { put(UInt8(ascii: "]")) }
      put(UInt8(ascii: ":"))
      put(decimal: UInt64(port))
    case .setMark(let value, let mask):
      if value == mask {
        put("MARK --or-mark ")
        put(mark: value)
      } else if mask == 0 {
        put("MARK --xor-mark ")
        put(mark: value)
      } else {
        put("MARK --set-xmark ")
        put(mark: value)
        put(UInt8(ascii: "/"))
        put(mark: mask)
      }
    case .masquerade(let fullyRandom):
      put("MASQUERADE")
      if fullyRandom { put(" --random-fully") }
    case .opaque(let words): put(words: words)
    }
  }

  private mutating func put(words: [String]) {
    for word in words {
      put(UInt8(ascii: " "))
      put(word: word)
    }
  }
}

extension Rule {
  /// The rule as `iptables-restore` takes it, without its chain.
  public var text: String {
    var writer = ByteWriter(capacity: 256)
    writer.put(self, commentLast: false)
    return String(decoding: writer.bytes.dropFirst(), as: UTF8.self)
  }
}
