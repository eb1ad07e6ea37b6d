#if Netlink && os(Linux)
  import Foundation

  /// Settings of the kernel below `/proc/sys`. Those of `net` belong to the network namespace of the calling thread.
  enum KernelSettings {
    /// Nil where there is no such setting.
    static func value(_ path: String) -> Int? {
      guard let text = try? String(contentsOfFile: "/proc/sys/" + path, encoding: .utf8) else { return nil }
      return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Names of interfaces that have settings of their own; sorted.
    static func interfaces() -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/sys/net/ipv4/conf")) ?? []
      return names.filter { !["all", "default", "lo"].contains($0) }.sorted()
    }
  }
#endif
