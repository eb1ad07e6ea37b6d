/// What the harness adds to the node's rules: it notes on packets what cannot be seen from outside.
///
/// An nftables table behind all rules under test writes the state of the connection into the traffic class of each packet.
/// With iptables rules the filter chains get a last rule that sets a bit of the packet mark, which the table writes there
/// too: who lacks it was accepted on the way. The table also keeps connection tracking on where no rule asks for it.
struct ProbeTable {
  /// One bit of the packet mark.
  let markBit: UInt32

  private static let stateWords = ["new", "established", "related", "invalid", "untracked"]
  private static let reachedEnd: UInt8 = 8

  /// The document for `nft -f`. Chains of priority 2000 come behind those of all rules under test.
  var document: String {
    var lines = [
      "table inet svcnat-probe {",
      "chain enter { type filter hook prerouting priority -2000;",
      "meta mark set meta mark & \(ProbeTable.hexadecimal(~markBit));", "}",
      "chain tell {",
    ]
    let bit = ProbeTable.hexadecimal(markBit)
    for (index, word) in ProbeTable.stateWords.enumerated() {
      let code = UInt8(index + 1)
      for (condition, code) in [("!=", code), ("==", code | ProbeTable.reachedEnd)] {
        for family in ["ip", "ip6"] {
          lines.append("ct state \(word) meta mark & \(bit) \(condition) \(bit) \(family) dscp set \(code)")
        }
      }
    }
    lines += [
      "}",
      "chain deliver { type filter hook input priority 2000; jump tell; }",
      // What goes over loopback is delivered next.
      "chain leave { type filter hook postrouting priority 2000; oif != lo jump tell; }",
      "}", "",
    ]
    return lines.joined(separator: "\n")
  }

  /// What is needed while connections are opened that the node's kernel knows nothing of: its resets are kept from
  /// going out, before connection tracking (priority -200) takes them for the end.
  static let openingDocument = """
    table inet svcnat-opening {
    chain quiet { type filter hook output priority -300; tcp flags & rst == rst drop; }
    }

    """
  /// The same, and control connections of FTP are listened to. Needs `nf_conntrack_ftp`.
  static let announcingDocument = """
    table inet svcnat-opening {
    ct helper ftp { type "ftp" protocol tcp; }
    chain enter { type filter hook prerouting priority -190; tcp dport 21 ct helper set "ftp"; }
    chain make { type filter hook output priority -190; tcp dport 21 ct helper set "ftp"; }
    chain quiet { type filter hook output priority -300; tcp flags & rst == rst drop; }
    }

    """
  static let openedDocument = "delete table inet svcnat-opening\n"

  /// What to load behind the rules with `iptables-restore --noflush`, once: the last rules.
  var endRules: String {
    let bit = ProbeTable.hexadecimal(markBit)
    let rules = ["INPUT", "FORWARD", "OUTPUT"].map { "-A \($0) -j MARK --set-xmark \(bit)/\(bit)\n" }
    return "*filter\n\(rules.joined())COMMIT\n"
  }

  private static func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

  /// Whether the packet got to the end of the last filter chain on its way.
  static func hasReachedEnd(_ packet: SeenPacket) -> Bool { packet.serviceCode & reachedEnd != 0 }

  /// The state of the packet's connection; nil if the packet has not come by the table.
  static func state(of packet: SeenPacket) -> String? {
    let index = Int(packet.serviceCode & 7) - 1
    return stateWords.indices.contains(index) ? stateWords[index] : nil
  }
}
