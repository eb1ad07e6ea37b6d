#if Agent && os(Linux)
  import Foundation
  import Glibc

  /// An agent that runs as a process of its own, in the namespace of this one.
  final class AgentProcess {
    private let process = Process()
    let started: ContinuousClock.Instant

    /// - Parameters:
    ///   - program: the svcnat that is measured.
    ///   - log: where its log goes.
    init(_ program: String, kubeconfig: URL, log: URL) throws {
      try Data().write(to: log)
      let output = try FileHandle(forWritingTo: log)
      process.executableURL = URL(filePath: "/usr/bin/setpriv")
      // It does not outlive this process, whatever ends that.
      process.arguments = [
        "--pdeathsig", "KILL", "--", program, "agent", "--kubeconfig", kubeconfig.path, "--node-name",
        MadeUpCluster.nodeName, "--min-sync-period", "0", "--metrics-bind-address", "127.0.0.1:\(Self.metricsPort)",
        "--healthz-bind-address", "127.0.0.1:10256",
      ]
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      process.standardError = output
      started = .now
      try process.run()
    }

    private static let metricsPort = 10249

    var isRunning: Bool { process.isRunning }

    /// Ends it as a service manager does; rules stay.
    func stop() {
      process.terminate()
      process.waitUntilExit()
    }

    // MARK: - Figures of the kernel

    /// What a process holds, in bytes.
    struct Memory {
      var resident: Int
      var anonymous: Int
      /// The most there was resident.
      var peak: Int
    }

    var memory: Memory {
      let status = (try? String(contentsOfFile: path("status"), encoding: .utf8)) ?? ""
      func bytes(_ key: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
      }
      return Memory(resident: bytes("VmRSS:"), anonymous: bytes("RssAnon:"), peak: bytes("VmHWM:"))
    }

    /// Seconds of processor time, those in the kernel included.
    var processorSeconds: Double {
      let text = (try? String(contentsOfFile: path("stat"), encoding: .utf8)) ?? ""
      // The name in parentheses may have blanks.
      let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
      guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
      return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: path("fd")).count) ?? 0 }

    private func path(_ file: String) -> String { "/proc/\(process.processIdentifier)/\(file)" }

    // MARK: - Figures of its own

    /// The sum of a metric over all its labels; nil: it is not there, or nobody answers yet.
    func metric(_ name: String) -> Double? { values(name)?.reduce(0, +) }

    private func values(_ name: String) -> [Double]? {
      guard let text = try? LoopbackSocket.get(port: UInt16(Self.metricsPort), path: "/metrics") else { return nil }
      let values = text.split(separator: "\n")
        .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
        .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
      return values.isEmpty ? nil : values
    }

    /// Waits until rules are what the objects say.
    ///
    /// - Returns: when that was.
    func waitForFirstSync(limit: Duration = .seconds(120)) throws -> ContinuousClock.Instant {
      let name = "kubeproxy_sync_proxy_rules_last_timestamp_seconds"
      while values(name) == nil {
        guard isRunning else { throw BenchmarkFailure("the agent has ended; its log says why") }
        guard ContinuousClock.now - started < limit else { throw BenchmarkFailure("nothing was programmed") }
        usleep(20_000)
      }
      // The families are written one after the other.
      usleep(20_000)
      let now = ContinuousClock.now
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let age = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 - (values(name)?.max() ?? 0)
      return now - .seconds(age)
    }
  }
#endif
