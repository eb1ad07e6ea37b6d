#if Agent && os(Linux)
  import APIServerStandIn
  import Foundation
  import NFTablesNetlink
  import Synchronization
  import SystemPrograms

  /// An API server that is stood in for, and what an agent needs to reach it.
  final class Laboratory {
    let server: StandInServer
    var cluster: MadeUpCluster
    private let directory: URL
    private let program: String

    /// - Parameter program: the svcnat that is measured.
    init(_ cluster: MadeUpCluster, program: String) throws {
      guard FileManager.default.isExecutableFile(atPath: program) else {
        throw BenchmarkFailure("\(program): no program")
      }
      self.cluster = cluster
      self.program = program
      directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      let certificates = try TestCertificates(in: directory)
      let tls = try certificates.pair("server").server()
      let stored = cluster.stored
      server = try Self.wait { try await StandInServer(stored, tls: tls) }
      let authority = Data(certificates.authority.certificate.utf8).base64EncodedString()
      let configuration = """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts: [{name: here, context: {cluster: here, user: agent}}]
        clusters: [{name: here, cluster: {server: '\(server.url)', certificate-authority-data: \(authority)}}]
        users: [{name: agent, user: {token: secret}}]
        """
      try Data(configuration.utf8).write(to: directory.appending(path: "kubeconfig"))
    }

    func startAgent() throws -> AgentProcess {
      server.forgetWrites()
      return try AgentProcess(
        program, kubeconfig: directory.appending(path: "kubeconfig"), log: directory.appending(path: "log"))
    }

    /// The last lines the agent has said.
    var log: String {
      let text = (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? ""
      return text.split(separator: "\n").suffix(10).joined(separator: "\n")
    }

    func end() {
      let server = server
      try? Self.wait { await server.stop() }
      try? FileManager.default.removeItem(at: directory)
    }

    /// The number of the last change of rules in this namespace.
    static func generation() throws -> UInt32 {
      var connection = try NetlinkConnection()
      return try connection.generation()
    }

    static func removeRules() throws { try SystemProgram("nft").run(["flush", "ruleset"]) }

    private static func wait<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
      let done = DispatchSemaphore(value: 0)
      let result = FirstResult<Value>()
      Task {
        do {
          result.set(.success(try await body()))
        } catch {
          result.set(.failure(error))
        }
        done.signal()
      }
      done.wait()
      guard let value = try result.value?.get() else { throw BenchmarkFailure("nothing came of it") }
      return value
    }
  }

  private final class FirstResult<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { result.withLock { $0 } }

    func set(_ value: Result<Value, any Error>) { result.withLock { $0 = $0 ?? value } }
  }
#endif
