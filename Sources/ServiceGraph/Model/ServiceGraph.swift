import KubernetesObjects
import NetworkAddresses
import ServiceChecks
import ServicePlan

/// Services as one node sees them: what every format draws.
public struct ServiceGraph: Sendable {
  /// The node whose view it is.
  public var nodeName: String
  public var zone: String?
  /// Sorted by namespace and name.
  public var services: [GraphService]
  /// What was not in the input and had to be assumed.
  public var assumptions: [String]

  public init(nodeName: String, zone: String? = nil, services: [GraphService], assumptions: [String] = []) {
    self.nodeName = nodeName
    self.zone = zone
    self.services = services
    self.assumptions = assumptions
  }
}

/// One Service with all its ports in all families.
public struct GraphService: Sendable {
  public var name: NamespacedName
  public var kind: Service.Kind
  /// Why it has no rules; nil: it has.
  public var exclusion: String?
  /// In the order of families, then of `spec.ports`.
  public var ports: [GraphPort]
  /// The graver first.
  public var problems: [GraphProblem]
}

/// One service port in one family.
public struct GraphPort: Sendable {
  public var family: IPFamily
  /// May be empty.
  public var name: String
  public var transport: TransportProtocol
  public var port: UInt16
  public var routes: [GraphRoute]
  /// All there are, whatever their condition, sorted by address and port.
  public var endpoints: [GraphEndpoint]
}

/// Frontends that share a policy, and what becomes of their traffic.
public struct GraphRoute: Sendable {
  public enum Traffic: String, Hashable, Sendable {
    case `internal`
    case external
    /// Both policies are the same.
    case all
  }

  public enum End: Hashable, Sendable {
    /// How many endpoints share the traffic, each the same part of it.
    case endpoints(Int)
    case rejected
    case dropped
  }

  public var traffic: Traffic
  public var policy: Service.TrafficPolicy
  /// Seconds; nil: no affinity.
  public var affinitySeconds: UInt32?
  /// What there is to say of the choice of endpoints.
  public var notes: [String]
  public var frontends: [GraphFrontend]
  public var end: End
}

/// An address and port that clients use.
public struct GraphFrontend: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case clusterIP = "cluster IP"
    case nodePort = "node port"
    case externalIP = "external IP"
    case loadBalancer = "load balancer"
  }

  public var kind: Kind
  /// `10.96.0.10:53`; of node ports the number alone.
  public var address: String
  /// Who may connect; empty: everybody.
  public var sources: [String]
}

/// One endpoint of a service port.
public struct GraphEndpoint: Hashable, Sendable {
  public enum Condition: String, Hashable, Sendable, CaseIterable {
    case ready
    case notReady = "not ready"
    /// Used where nothing is ready.
    case servingTerminating = "terminating, still serving"
    case terminating
  }

  public var address: IPAddress
  public var port: UInt16
  public var condition: Condition
  public var isLocal: Bool
  public var nodeName: String?
  public var zone: String?
  public var pod: NamespacedName?
  /// Which of ``GraphPort/routes`` lead here, by index.
  public var routes: [Int]

  /// `ip:port`, or `[ip]:port`
  public var socket: String { Backend(address: address, port: port, isLocal: isLocal).key }
}

/// What `svcnat check` says of a Service.
public struct GraphProblem: Hashable, Sendable {
  public var severity: CheckSeverity
  public var code: String
  public var message: String
  public var advice: String
  /// `services.yaml:12`; nil: it was not written.
  public var place: String?
}
