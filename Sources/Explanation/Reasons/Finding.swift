import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// One reason for what happens to a packet, found in objects and plan.
public enum Finding: Hashable, Sendable {
  public enum Policy: String, Hashable, Sendable {
    case `internal` = "internalTrafficPolicy"
    case external = "externalTrafficPolicy"
  }

  /// Why hints did not narrow the endpoints (section 7).
  public enum HintsIgnored: Hashable, Sendable {
    case nodeHasNoZone
    /// At least one ready endpoint has none.
    case incomplete(without: EndpointFacts)
    case noneForZone(String)
  }

  /// Why a service port has no endpoints.
  public enum NoEndpoints: Hashable, Sendable {
    /// How many Pods the selector matches; nil: the input has no Pods.
    case noSlices(selector: [String: String], pods: Int?)
    case emptySlices(selector: [String: String], pods: Int?)
    /// The slices have ports, but none of this name and protocol (EPS-3).
    case portNotInSlices(String, TransportProtocol, has: [String])
    case noneUsable([EndpointFacts])
  }

  // MARK: Which endpoints

  case clusterPolicy(Policy)
  /// - ready elsewhere: those that the policy leaves out.
  case localPolicy(Policy, node: String, elsewhere: [EndpointFacts])
  case podShortCircuit(DetectedBy)
  case nodeShortCircuit
  /// Nil: on any node.
  case terminatingFallback(node: String?)
  case nodeHints(node: String, leftOut: [EndpointFacts])
  case zoneHints(zone: String, leftOut: [EndpointFacts])
  case hintsIgnored(HintsIgnored)
  case notReady([EndpointFacts])
  case affinity(seconds: UInt32)

  // MARK: Masquerading

  public enum DetectedBy: Hashable, Sendable {
    case source(IPPrefix)
    case interface(String)
    case interfacePrefix(String)
  }

  case masqueradedExternal
  case masqueradeAll
  case masqueradedNotLocal(LocalTrafficDetector, interface: String)
  case notMasqueradedLocal(DetectedBy)
  case notMasqueradedNoDetector
  case hairpin(IPAddress)
  case masqueradeWithoutEffect

  // MARK: Refusals

  case sourceRange(IPPrefix)
  case sourceIsLoadBalancer
  case notInSourceRanges([IPPrefix])
  case sourceRangesNotAsked
  case noEndpoints(NoEndpoints)
  case noLocalEndpoint(Policy, node: String, here: [EndpointFacts], elsewhere: [EndpointFacts])
  /// Nothing refuses this kind of traffic here (REJ-3, REJ-4).
  case notRefusedHere(Frontend.Kind, ProxyMode, madeOnNode: Bool)
  case loopbackGuard
  /// No rule keeps the packet from loopback, but the kernel does.
  case loopbackFromElsewhere

  // MARK: No frontend

  case undeclaredPort(DeclaredPorts, Frontend.Kind, ProxyMode)
  case otherTransport(TransportProtocol, ServicePortName)
  case isNodePortOf(ServicePortName, port: UInt16)
  case isTargetPortOf(ServicePortName, port: UInt16)
  case unallocated(IPPrefix, ProxyMode)
  /// The addresses where node ports are served; nil: all but loopback.
  case nodePortNotServed(ServicePortName, on: [IPAddress]?, ProxyMode)
  case noNodePort
  case otherNode(String, ServicePortName?)
  case proxyMode(NamespacedName)
  case healthCheck(NamespacedName, ready: Int)
  case endpointAddress(NamespacedName?, service: NamespacedName?, node: String?)
  case nodeItself
  case unknownAddress
  case otherProxy(NamespacedName, label: String)
  /// The frontend belongs to a Service other than the one that was asked for.
  case ownedByOther(ServicePortName, asked: NamespacedName)

  // MARK: Rules without objects

  /// The service port that the rules' names and comments tell of.
  case namedByRules([String])
  case noRuleMatched

  // MARK: Doubts

  /// The compiled rules do not do what the plan says.
  case disagreement(expected: String)
  /// Rules from outside do not do what the input asks for.
  case otherRules(expected: String)
}
