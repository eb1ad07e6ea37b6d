#if Agent && os(Linux)
  import CNamespaces
  import Foundation
  import Glibc
  import SystemPrograms

  /// What keeps a measurement from being made.
  struct BenchmarkFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
  }

  /// A network namespace for this process and all it starts.
  enum PrivateNetwork {
    /// Connections to Services leave from here.
    static let client = "198.18.0.1"
    /// Where backends of steady Services listen.
    static let backends = (11...14).map { "198.18.0.\($0)" }

    /// Moves this process into a new namespace.
    ///
    /// - Throws: ``BenchmarkFailure`` where there is a second thread already, which would stay where it is.
    static func enter() throws {
      guard geteuid() == 0 else { throw BenchmarkFailure("needs root, for network namespaces and nf_tables") }
      guard try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count == 1 else {
        throw BenchmarkFailure("threads were made before the namespace was entered")
      }
      let code = cns_unshare_network()
      guard code >= 0 else { throw BenchmarkFailure("a network namespace: \(String(cString: strerror(-code)))") }
      var commands = "link set lo up\n"
      for address in [client] + backends { commands += "addr add \(address)/32 dev lo\n" }
      // Addresses of Services need a route before rules see a packet.
      commands += "route add 10.96.0.0/12 dev lo src \(client)\n"
      try SystemProgram("ip").run(["-batch", "-"], input: commands.utf8)
    }
  }
#endif
