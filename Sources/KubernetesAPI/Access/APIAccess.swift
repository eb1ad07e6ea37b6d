/// How an API server is reached, and as whom.
public struct APIAccess: Hashable, Sendable {
  /// `https://192.0.2.1:6443`, without a slash at the end.
  public var server: String
  public var trust: ServerTrust
  /// The name its certificate must have; nil: the host of ``server``.
  public var serverName: String?
  public var identity: ClientIdentity

  /// - Throws: ``AccessError`` if the server is no URL, or is spoken to in the clear beyond loopback.
  public init(
    server: String, trust: ServerTrust = .system, serverName: String? = nil, identity: ClientIdentity = .none
  ) throws {
    let url = try ServerURL(server)
    self.server = url.text
    self.trust = trust
    self.serverName = serverName
    self.identity = identity
  }
}

/// Which certificates of a server are believed.
public enum ServerTrust: Hashable, Sendable {
  /// Those the system trusts.
  case system
  /// Those signed by the authorities in a file, which is read anew when it changes.
  case authorityFile(String)
  /// Those signed by the authorities in this PEM text.
  case authorities(String)
  /// Any. For trying things out.
  case anything
}

/// A document that is given, or is in a file that may be replaced.
public enum Credential: Hashable, Sendable {
  case text(String)
  case file(String)
}

/// A secret is not printed, wherever it is in.
extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .text: "(secret)"
    case .file(let path): path
    }
  }

  public var debugDescription: String { description }

  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Who a client says it is.
public enum ClientIdentity: Hashable, Sendable {
  case none
  case token(Credential)
  /// Certificate chain and key, in PEM.
  case certificate(Credential, key: Credential)
  /// A program that is asked for a token or a certificate.
  case program(CredentialProgram)
}

/// A program that knows credentials: `exec` of a kubeconfig, <https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>.
public struct CredentialProgram: Hashable, Sendable {
  public var apiVersion: String
  public var command: String
  public var arguments: [String]
  public var environment: [EnvironmentVariable]
  /// Said to people who have no such program.
  public var installHint: String?

  public struct EnvironmentVariable: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    apiVersion: String, command: String, arguments: [String] = [], environment: [EnvironmentVariable] = [],
    installHint: String? = nil
  ) {
    self.apiVersion = apiVersion
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.installHint = installHint
  }
}

/// Arguments and variables may be secret.
extension CredentialProgram: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { command }

  public var debugDescription: String { description }

  public var customMirror: Mirror { Mirror(self, children: []) }
}
