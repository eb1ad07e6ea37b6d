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
      "meta mark set meta mark & \(ProbeTable.hexadecimal(~markBit)) }",
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

  /// Keeps the kernel's own resets in the node: it knows nothing of the connections that are made up here.
  static let quietDocument = """
    table inet svcnat-quiet {
    chain output { type filter hook output priority -2000; tcp flags & rst == rst drop; }
    }

    """
  static let loudDocument = "delete table inet svcnat-quiet\n"

  /// The document for `iptables-restore --noflush` that puts the last rules in, or with `isRemoval` takes them out.
  func endRules(isRemoval: Bool) -> String {
    let rules = ["INPUT", "FORWARD", "OUTPUT"].map {
      "\(isRemoval ? "-D" : "-A") \($0) -j MARK --set-xmark \(ProbeTable.hexadecimal(markBit))/\(ProbeTable.hexadecimal(markBit))\n"
    }
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
