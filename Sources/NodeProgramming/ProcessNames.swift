#if Netlink && os(Linux)
  import Foundation

  /// Names of running processes, as `ps` shows them.
  enum ProcessNames {
    /// The process that most likely has a netlink port: the kernel gives the first socket of a process its number.
    static func name(of port: UInt32) -> String? {
      guard let name = try? String(contentsOfFile: "/proc/\(port)/comm", encoding: .utf8) else { return nil }
      return name.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether a process of this name runs; false also where processes cannot be seen.
    static func isRunning(_ name: String) -> Bool {
      let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return processes.lazy.compactMap(UInt32.init).contains { ProcessNames.name(of: $0) == name }
    }
  }
#endif
