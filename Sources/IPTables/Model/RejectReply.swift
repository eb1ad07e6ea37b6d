/// What the sender of a rejected packet gets.
public enum RejectReply: Hashable, Sendable {
  /// ICMP or ICMPv6 port unreachable, the default.
  case portUnreachable
  /// A reset; TCP only.
  case tcpReset
  /// Another ICMP error, by the name `--reject-with` has for it.
  case other(String)
}
