#if Agent
  import Foundation
  import SystemPrograms

  /// Gives out the credentials of a client, and renews them before they expire.
  actor CredentialSource {
    /// What a request is made with.
    struct Credentials: Hashable, Sendable {
      var token: String?
      /// PEM.
      var certificate: String?
      var key: String?
    }

    private let identity: ClientIdentity
    /// Programs say by the wall clock when what they give expires.
    private let now: @Sendable () -> Date
    /// Nobody sets this clock.
    private let instant: @Sendable () -> ContinuousClock.Instant
    private var known: (credentials: Credentials, use: Use)?

    /// How long credentials are used without asking again.
    private enum Use {
      case always
      case until(Date)
      case untilInstant(ContinuousClock.Instant)
    }

    /// How long what a file said is used without reading it again: as client-go does.
    private static let period = Duration.seconds(60)
    /// So long before they expire, credentials are not used any more, in seconds.
    private static let leeway: TimeInterval = 10

    init(
      _ identity: ClientIdentity, now: @escaping @Sendable () -> Date = { Date() },
      instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
      self.identity = identity
      self.now = now
      self.instant = instant
    }

    /// - Throws: ``AccessError``
    func credentials() async throws -> Credentials {
      if let known, isUsable(known.use) { return known.credentials }
      let (credentials, use) = try await load()
      known = (credentials, use)
      return credentials
    }

    private func isUsable(_ use: Use) -> Bool {
      switch use {
      case .always: true
      case .until(let date): now() < date
      case .untilInstant(let end): instant() < end
      }
    }

    /// The server did not accept them: they are read anew.
    func forget() { known = nil }

    private func load() async throws -> (Credentials, Use) {
      let again = Use.untilInstant(instant() + CredentialSource.period)
      switch identity {
      case .none: return (Credentials(), .always)
      case .token(.text(let token)): return (Credentials(token: token), .always)
      case .token(let source):
        return (Credentials(token: try source.text().trimmingCharacters(in: .whitespacesAndNewlines)), again)
      case .certificate(let certificate, let key):
        return (Credentials(certificate: try certificate.text(), key: try key.text()), again)
      case .program(let program):
        // It may ask somebody on the network; nobody else waits for that.
        let answer = try await Task.detached { try program.run() }.value
        let end = answer.expiry?.addingTimeInterval(-CredentialSource.leeway)
        return (answer.credentials, end.map { .until($0) } ?? .always)
      }
    }
  }

  /// What it is made of is secret.
  extension CredentialSource.Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { token != nil ? "a token" : certificate != nil ? "a certificate" : "none" }

    var debugDescription: String { description }

    var customMirror: Mirror { Mirror(self, children: []) }
  }

  extension Credential {
    /// - Throws: ``AccessError``, which never has the document in it.
    func text() throws -> String {
      switch self {
      case .text(let text): return text
      case .file(let path):
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else {
          throw AccessError("\(path): cannot be read, or is empty")
        }
        return String(decoding: data, as: UTF8.self)
      }
    }
  }

  extension CredentialProgram {
    private struct Answer: Decodable {
      struct Status: Decodable {
        var token: String?
        var clientCertificateData: String?
        var clientKeyData: String?
        var expirationTimestamp: String?
      }
      var status: Status?
    }

    /// Runs the program to its end.
    ///
    /// - Throws: ``AccessError``; what the program printed is in it only where it failed.
    func run() throws -> (credentials: CredentialSource.Credentials, expiry: Date?) {
      let output: [UInt8]
      do {
        let info = #"{"apiVersion":"\#(apiVersion)","kind":"ExecCredential","spec":{"interactive":false}}"#
        let variables = environment + [EnvironmentVariable(name: "KUBERNETES_EXEC_INFO", value: info)]
        // `env` adds to the environment; the name of the program may hold no `=`.
        output = try SystemProgram("env").run(
          variables.map { "\($0.name)=\($0.value)" } + [command] + arguments)
      } catch {
        throw AccessError("\(command): \(reason(error))" + (installHint.map { "\n\($0)" } ?? ""))
      }
      guard let status = try? JSONDecoder().decode(Answer.self, from: Data(output)).status else {
        throw AccessError("\(command): expected an ExecCredential with a status")
      }
      guard status.token != nil || status.clientCertificateData != nil && status.clientKeyData != nil else {
        throw AccessError("\(command): expected a token, or a certificate and its key")
      }
      let credentials = CredentialSource.Credentials(
        token: status.token, certificate: status.clientCertificateData, key: status.clientKeyData)
      return (credentials, status.expirationTimestamp.flatMap { try? Date($0, strategy: .iso8601) })
    }

    /// Not the arguments, which may be secret.
    private func reason(_ error: SystemProgramError) -> String {
      if case .failed(_, let status, let output) = error {
        // It may have printed a token before it failed.
        let words = output.contains("ExecCredential") ? "it is not repeated what it printed" : output
        return "ended with status \(status): \(words)"
      }
      return "\(error)"
    }
  }
#endif
