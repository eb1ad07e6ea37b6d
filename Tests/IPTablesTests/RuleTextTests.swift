import IPTables
import NetworkAddresses
import Testing

@Suite struct RuleTextTests {
  @Test func vectorsAreThere() throws {
    #expect(try RuleVectors.probabilities.count >= 10)
    #expect(try RuleVectors.marks.count >= 4)
  }

  @Test func probabilitiesLikeKubeProxy() throws {
    for (left, text) in try RuleVectors.probabilities {
      let rule = Rule(matches: [.oneIn(left)], target: .accept)
      #expect(rule.text == "-m statistic --mode random --probability \(text) -j ACCEPT")
    }
  }

  /// In the middle between two decimals C and Go look at the double, and at the even digit where it is exact.
  @Test(arguments: [(2048, "0.0004882812"), (6144, "0.0001627604"), (10240, "0.0000976563"), (51200, "0.0000195313")])
  func probabilitiesInTheMiddle(left: UInt32, text: String) {
    #expect(Rule(matches: [.oneIn(left)], target: nil).text.hasSuffix(" " + text))
  }

  @Test func marksLikeKubeProxy() throws {
    for (bit, text) in try RuleVectors.marks {
      let mark: UInt32 = 1 << bit
      #expect(Rule(target: .setMark(value: mark, mask: mark)).text == "-j MARK --or-mark \(text)")
      #expect(Rule(target: .setMark(value: mark, mask: 0)).text == "-j MARK --xor-mark \(text)")
      #expect(
        Rule(matches: [.mark(MarkMatch(mark, mask: mark, isNegated: true))], target: .return).text
          == "-m mark ! --mark \(text)/\(text) -j RETURN")
    }
  }

  @Test func argumentsInTheOrderOfKubeProxy() throws {
    let rule = Rule(
      comment: "a b", transport: .udp, source: PrefixMatch(try #require(IPPrefix("10.0.0.0/8")), isNegated: true),
      destination: PrefixMatch(host: try #require(IPAddress("10.96.0.1"))), destinationPort: 53,
      matches: [.sourceIsLocal], target: .jump("KUBE-MARK-MASQ"))
    #expect(
      rule.text == #"-m comment --comment "a b" -m udp -p udp -d 10.96.0.1 --dport 53 ! -s 10.0.0.0/8 "#
        + "-m addrtype --src-type LOCAL -j KUBE-MARK-MASQ")
  }

  /// What a word has to be quoted for, in every place of words of every length, since bytes are looked at in eights.
  @Test(arguments: [" ", "\t", "\"", "\\", "'", "\n", "\r", "!", "#", "&", "(", "[", "]", "\u{7f}", "é", "->"])
  func wordsAreQuoted(other: String) throws {
    for length in 0..<20 {
      for place in 0...length {
        let word = String(repeating: "x", count: place) + other + String(repeating: "y", count: length - place)
        var expected = word
        if !Set(" \t\"\\'\n\r").isDisjoint(with: other) {
          expected = other == "\"" || other == "\\" ? word.replacing(other, with: "\\" + other) : word
          expected = "\"\(expected.replacing("\n", with: " ").replacing("\r", with: " "))\""
        }
        let rule = Rule(comment: word, target: .accept)
        try #require(rule.text == "-m comment --comment \(expected) -j ACCEPT")
      }
    }
  }

  static let spellings: [(Rule, String)] = [
    (Rule(inInterface: InterfaceMatch("cni0"), target: .drop), "-i cni0 -j DROP"),
    (Rule(inInterface: InterfaceMatch("veth", isPrefix: true, isNegated: true), target: nil), "! -i veth+"),
    (Rule(comment: #"it's "so" \ "#, target: .accept), #"-m comment --comment "it's \"so\" \\ " -j ACCEPT"#),
    (Rule(comment: "shop/cart:http", target: .goto("X")), "-m comment --comment shop/cart:http -g X"),
    (Rule(comment: "", target: .accept), #"-m comment --comment "" -j ACCEPT"#),
    (Rule(target: .reject(.portUnreachable)), "-j REJECT"),
    (Rule(target: .reject(.tcpReset)), "-j REJECT --reject-with tcp-reset"),
    (Rule(target: .reject(.other("icmp-admin-prohibited"))), "-j REJECT --reject-with icmp-admin-prohibited"),
    (Rule(target: .masquerade(fullyRandom: true)), "-j MASQUERADE --random-fully"),
    (Rule(target: .masquerade(fullyRandom: false)), "-j MASQUERADE"),
    (Rule(target: .setMark(value: 1, mask: 3)), "-j MARK --set-xmark 0x00000001/0x00000003"),
    (Rule(matches: [.mark(MarkMatch(7, mask: .max))], target: .accept), "-m mark --mark 0x00000007 -j ACCEPT"),
    (
      Rule(target: .destinationNAT(IPAddress(ipv6High: 0xfd00 << 48, low: 1), 80)),
      "-j DNAT --to-destination [fd00::1]:80"
    ),
    (Rule(target: .destinationNAT(IPAddress(ipv4: 0x0a00_0001), 80)), "-j DNAT --to-destination 10.0.0.1:80"),
    (
      Rule(matches: [.recent(RecentMatch("L", .check(seconds: 60, reap: true)))], target: nil),
      "-m recent --name L --rcheck --seconds 60 --reap"
    ),
    (Rule(matches: [.recent(RecentMatch("L", .set))], target: nil), "-m recent --name L --set"),
    (Rule(matches: [.accounting("n")], target: nil), "-m nfacct --nfacct-name n"),
    (
      Rule(matches: [.conntrack(ConntrackMatch([.dnat, .related, .established], isNegated: true))], target: .drop),
      "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"
    ),
    (
      Rule(matches: [.opaque(["-m", "ttl", "--ttl-eq", "1"])], target: .opaque(["-j", "LOG"])),
      "-m ttl --ttl-eq 1 -j LOG"
    ),
  ]

  @Test(arguments: spellings)
  func spelledAndReadBack(rule: Rule, text: String) throws {
    #expect(rule.text == text)
    let family: IPFamily = text.contains("fd00") ? .ipv6 : .ipv4
    let document = "*nat\n:X - [0:0]\n-A X \(text)\nCOMMIT\n"
    #expect(try IPTablesParser.parse(document, family: family)[.nat]?[chain: "X"]?.rules == [rule])
  }
}
