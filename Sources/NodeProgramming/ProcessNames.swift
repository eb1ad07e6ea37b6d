#if Netlink && os(Linux)
  import Foundation

  /// Names of running processes, as `ps` shows them.
  enum ProcessNames {
    /// The process that has a netlink port in the network namespace of the calling thread: `svcnat (process 4711)`; nil: its
    /// sockets cannot be seen.
    static func holder(ofPort port: UInt32) -> String? {
      guard let socket = socket(ofPort: port) else { return nil }
      let process = processes.first { process in
        let descriptors = "/proc/\(process)/fd"
        return (try? FileManager.default.contentsOfDirectory(atPath: descriptors))?.contains {
          (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(descriptors)/\($0)")) == socket
        } ?? false
      }
      return process.map { "\(name(of: $0) ?? "a program") (process \($0))" }
    }

    /// As the kernel shows it among the descriptors of a process.
    private static func socket(ofPort port: UInt32) -> String? {
      // `sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode`, where Eth is the protocol and Pid the port.
      let netfilter = "12"
      guard let table = try? String(contentsOfFile: "/proc/thread-self/net/netlink", encoding: .utf8) else {
        return nil
      }
      for line in table.split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[1] == netfilter, fields[2] == "\(port)" else { continue }
        return "socket:[\(fields[9])]"
      }
      return nil
    }

    private static func name(of process: UInt32) -> String? {
      guard let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8) else { return nil }
      return name.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static var processes: [UInt32] {
      ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(UInt32.init)
    }

    /// Whether a process of this name runs; false also where processes cannot be seen.
    static func isRunning(_ name: String) -> Bool {
      processes.contains { self.name(of: $0) == name }
    }
  }
#endif
