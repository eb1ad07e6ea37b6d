import KubernetesObjects
import NetworkAddresses

/// Where a packet goes: what a connection is opened to.
public struct Destination: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  public var transport: TransportProtocol
  /// The Service that was asked for by name.
  public var service: NamespacedName?
  /// What had to be decided because the question does not say it.
  public var choices: [Choice]

  /// How a question was understood where it can be understood in several ways.
  public enum Choice: Hashable, Sendable {
    /// The name without a namespace was found here, not in the one that it stands for.
    case namespace(NamespacedName, expected: String)
    /// The port exists in this protocol only.
    case transport(TransportProtocol, port: String)
    /// The only port of the Service.
    case onlyPort(UInt16, TransportProtocol)
    /// Source and destination have both families, and this one comes first.
    case family(IPFamily)
  }
}

/// What cluster DNS has for a name that leads to no address of a Service.
public enum NameAnswer: Hashable, Sendable {
  /// No such name.
  case unknown(name: String, expected: NamespacedName?, elsewhere: [NamespacedName], similar: [NamespacedName])
  /// Services in several namespaces, none of them the one that a name without a namespace stands for.
  case ambiguous(name: String, [NamespacedName])
  /// The Service has no port of this name.
  case unknownPort(String, DeclaredPorts)
  case headless(Headless)
  /// A CNAME record; nil: the Service does not say where to.
  case externalName(NamespacedName, target: String?, record: DNSRecord?)
  /// No cluster IP has been given to it yet.
  case notAllocated(NamespacedName)

  /// A Service without a cluster IP: clients get the addresses of its endpoints.
  public struct Headless: Hashable, Sendable {
    public var service: NamespacedName
    /// Those that DNS answers with, and those it does not.
    public var endpoints: [EndpointFacts]
    public var publishesNotReady: Bool
    public var records: [DNSRecord]
    /// The port that was asked for, and whether an endpoint has it.
    public var askedPort: UInt16?
    /// The port of the endpoints that the Service's port stands for, where it is another one.
    public var endpointPorts: [UInt16]
  }
}

/// One line that cluster DNS answers, as CoreDNS does.
public struct DNSRecord: Hashable, Sendable, CustomStringConvertible {
  public enum Kind: String, Hashable, Sendable {
    case a = "A"
    case aaaa = "AAAA"
    case srv = "SRV"
    case cname = "CNAME"
  }

  /// With a dot at the end.
  public var name: String
  public var kind: Kind
  public var value: String

  public var description: String { "\(name) \(kind.rawValue) \(value)" }
}
