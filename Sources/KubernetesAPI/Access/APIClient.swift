#if Agent
  import AsyncHTTPClient
  import Foundation
  import NIOCore
  import NIOSSL

  /// Makes requests to one API server. Credentials and authorities may change while it is used.
  ///
  /// ``shutdown()`` must be called before it goes away.
  public actor APIClient {
    private let access: APIAccess
    private let url: ServerURL
    private let credentials: CredentialSource
    private let idleLimit: TimeAmount

    /// What a connection is made with; another one needs another HTTP client.
    private struct Settings: Hashable {
      var authorities: String?
      var certificate: String?
      var key: String?
    }

    private var current: (settings: Settings, client: HTTPClient)?
    /// Former clients, whose watches may still go on.
    private var former: [HTTPClient] = []

    /// - Parameter idleLimit: how long a server may say nothing during an answer. A watch has a bookmark about every minute.
    public init(_ access: APIAccess, idleLimit: Duration = .seconds(180)) throws {
      self.access = access
      url = try ServerURL(access.server)
      credentials = CredentialSource(access.identity)
      self.idleLimit = TimeAmount(idleLimit)
    }

    public func shutdown() async {
      for client in former + [current?.client].compactMap({ $0 }) { try? await client.shutdown() }
      former = []
      current = nil
    }

    /// An answer with status 2xx whose body is still to come.
    ///
    /// - Parameters:
    ///   - path: `/api/v1/services`
    ///   - query: names and values, not yet escaped.
    /// - Throws: ``APIFailure``.
    func get(_ path: String, _ query: [(name: String, value: String)]) async throws -> HTTPClientResponse.Body {
      let response = try await send(path, query)
      if (200..<300).contains(response.status.code) { return response.body }
      if response.status == .unauthorized { await credentials.forget() }
      throw await APIFailure(response)
    }

    /// Creates an object.
    ///
    /// - Parameters:
    ///   - path: of the collection.
    ///   - object: as JSON.
    /// - Throws: ``APIFailure``.
    func create(_ path: String, _ object: Data) async throws {
      let response = try await send(path, [], object)
      if (200..<300).contains(response.status.code) { return }
      if response.status == .unauthorized { await credentials.forget() }
      throw await APIFailure(response)
    }

    private func send(
      _ path: String, _ query: [(name: String, value: String)], _ object: Data? = nil
    ) async throws -> HTTPClientResponse {
      let known: CredentialSource.Credentials
      let client: HTTPClient
      do {
        known = try await credentials.credentials()
        client = try self.client(known)
      } catch let error as AccessError {
        throw APIFailure.unusable("\(error)")
      } catch {
        throw APIFailure.unusable("certificates: \(error)")
      }
      var request = HTTPClientRequest(url: address(path, query))
      request.headers.add(name: "Accept", value: "application/json")
      request.headers.add(name: "User-Agent", value: "svcnat")
      if let object {
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(object)
      }
      if let token = known.token {
        // Otherwise the library refuses the header, and its error shows it.
        guard token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
          throw APIFailure.unusable("the token has characters that cannot be sent; is it a file of another kind?")
        }
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
      }
      do {
        // The watchdog is the idle limit of the client: a watch has no end.
        return try await client.execute(request, deadline: .distantFuture)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        throw APIFailure(breaking: error)
      }
    }

    private func address(_ path: String, _ query: [(name: String, value: String)]) -> String {
      var allowed = CharacterSet.alphanumerics
      allowed.insert(charactersIn: "-._~")
      func escaped(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text }
      var base = url.text
      if let name = access.serverName {
        // The name is what the certificate is held against; where it leads to is overridden.
        base = "\(url.isEncrypted ? "https" : "http")://\(name):\(url.port)\(url.path)"
      }
      let pairs = query.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
      return base + path + (pairs.isEmpty ? "" : "?\(pairs)")
    }

    /// - Throws: ``AccessError``, or what is wrong with a certificate.
    private func client(_ credentials: CredentialSource.Credentials) throws -> HTTPClient {
      var settings = Settings(certificate: credentials.certificate, key: credentials.key)
      switch access.trust {
      case .authorities(let pem): settings.authorities = pem
      case .authorityFile(let path): settings.authorities = try Credential.file(path).text()
      case .system, .anything: break
      }
      if let current, current.settings == settings { return current.client }
      var configuration = HTTPClient.Configuration(
        tlsConfiguration: try tlsConfiguration(settings), redirectConfiguration: .disallow,
        timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: idleLimit))
      configuration.httpVersion = .http1Only
      if let name = access.serverName { configuration.dnsOverride = [name: url.host] }
      let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      if let current { former.append(current.client) }
      current = (settings, client)
      if former.count > 2 {
        let oldest = former.removeFirst()
        Task { try? await oldest.shutdown() }
      }
      return client
    }

    private func tlsConfiguration(_ settings: Settings) throws -> TLSConfiguration? {
      guard url.isEncrypted else { return nil }
      var tls = TLSConfiguration.makeClientConfiguration()
      if let pem = settings.authorities {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
      }
      if access.trust == .anything { tls.certificateVerification = .none }
      if let certificate = settings.certificate, let key = settings.key {
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
      }
      return tls
    }
  }
#endif
