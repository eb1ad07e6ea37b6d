import NetworkAddresses
import RuleEvaluator

/// A class of clients that the rules of both sides treat alike.
public struct FlowSource: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    /// What counts as a local pod.
    case pods
    /// Everything else that comes in by an interface.
    case outside
    /// An endpoint that may be sent back to itself.
    case endpoint
    /// A load balancer address as a source: what a node sends to itself through the load balancer (FW-5).
    case loadBalancer
    /// Processes of this node.
    case node
    /// The same, over loopback.
    case loopback
  }

  /// What is true before and after.
  public struct Both: Hashable, Sendable {
    public var old: Bool
    public var new: Bool
  }

  public var kind: Kind
  /// Whether it counts as a local pod.
  public var isLocalPod: Both
  /// Whether loadBalancerSourceRanges let it in; nil: nothing filters the destination on either side.
  public var isAllowed: Both?
  /// One address of the class.
  public var address: IPAddress
  /// The interface it comes in by; empty for the node itself.
  public var inputInterface: String

  func packet(to destination: FlowDestination) -> Packet {
    let origin: Packet.Origin =
      switch kind {
      case .pods: .pod
      case .outside, .endpoint, .loadBalancer: .external
      case .node: .node
      case .loopback: .localhost
      }
    return Packet(
      from: origin, address, to: destination.address, destination.transport, port: destination.port,
      inputInterface: inputInterface, state: destination.state)
  }
}
