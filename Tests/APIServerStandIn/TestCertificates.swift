#if Agent
  import Foundation
  import NIOSSL
  import SystemPrograms
  import TestSupport

  /// Certificates of one authority, made for a test: such as are kept in a repository expire.
  public struct TestCertificates: Sendable {
    public struct Pair: Sendable {
      /// PEM.
      public var certificate: String
      public var key: String
    }

    public let authority: Pair
    private let directory: URL

    /// - Parameter directory: where the files of `openssl` go.
    public init(in directory: URL) throws {
      self.directory = directory
      let key = directory.appending(path: "authority.key")
      let certificate = directory.appending(path: "authority.crt")
      try TestCertificates.openSSL([
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=authority of a test", "-keyout", key.path, "-out", certificate.path,
      ])
      authority = Pair(
        certificate: try String(contentsOf: certificate, encoding: .utf8),
        key: try String(contentsOf: key, encoding: .utf8))
    }

    /// - Parameters:
    ///   - names: alternative names: `IP:127.0.0.1`, `DNS:api.test`; empty for a client.
    ///   - days: negative: it has expired.
    public func pair(_ subject: String, names: [String] = ["IP:127.0.0.1"], days: Int = 2) throws -> Pair {
      let file = { directory.appending(path: subject + "." + $0).path }
      try TestCertificates.openSSL([
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(subject)", "-keyout",
        file("key"), "-out", file("csr"),
      ])
      let extensions = names.isEmpty ? "basicConstraints=CA:FALSE" : "subjectAltName=" + names.joined(separator: ",")
      try extensions.write(toFile: file("ext"), atomically: true, encoding: .utf8)
      try TestCertificates.openSSL([
        "x509", "-req", "-in", file("csr"), "-CA", directory.appending(path: "authority.crt").path, "-CAkey",
        directory.appending(path: "authority.key").path, "-CAcreateserial", "-days", String(days), "-extfile",
        file("ext"), "-out", file("crt"),
      ])
      return Pair(
        certificate: try String(contentsOfFile: file("crt"), encoding: .utf8),
        key: try String(contentsOfFile: file("key"), encoding: .utf8))
    }

    private static func openSSL(_ arguments: [String]) throws { try SystemProgram("openssl").run(arguments) }
  }

  extension TestCertificates.Pair {
    /// What a server that shows this certificate is made with.
    ///
    /// - Parameter clients: the authority its clients must be known to; nil: they need no certificate.
    public func server(clients: TestCertificates.Pair? = nil) throws -> TLSConfiguration {
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
      if let clients {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(clients.certificate.utf8)))
        tls.certificateVerification = .noHostnameVerification
      }
      return tls
    }
  }
#endif
