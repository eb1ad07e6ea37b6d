#if Netlink && os(Linux)
  import Foundation

  /// What this process may do.
  enum ProcessCapabilities {
    /// Whether it has `CAP_NET_RAW`, or it cannot be told.
    static var hasNetRaw: Bool {
      (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)).map(hasNetRaw) ?? true
    }

    /// - Parameter status: the text of `/proc/PID/status`.
    static func hasNetRaw(_ status: String) -> Bool {
      let capability: UInt64 = 1 << 13
      guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
        let effective = UInt64(line.dropFirst(7).drop { $0 == "\t" || $0 == " " }, radix: 16)
      else { return true }
      return effective & capability != 0
    }
  }
#endif
