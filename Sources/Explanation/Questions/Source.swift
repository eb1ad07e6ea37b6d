import KubernetesObjects
import NetworkAddresses
import RuleEvaluator

/// Where a packet comes from, and how that is known.
public struct Source: Hashable, Sendable {
  /// What the address belongs to.
  public enum Owner: Hashable, Sendable {
    /// The node whose rules are asked.
    case thisNode
    case loopback
    /// A pod of this node; the reason where no Pod says so.
    case localPod(NamespacedName?, because: Locality)
    /// A pod of another node, as far as its name is known.
    case remotePod(NamespacedName?, node: String?)
    /// An address in a range for pods, which nothing in the input has.
    case unknownPod(range: IPPrefix)
    case otherNode(String)
    case outside
    /// Taken out of the ranges for documentation, because nothing in the input has it.
    case madeUp
  }

  /// Why a source counts as a pod of this node.
  public enum Locality: String, Hashable, Sendable {
    case pod
    case endpoint
    case podCIDR
  }

  public var address: IPAddress
  public var owner: Owner
  public var origin: Packet.Origin
  /// Empty for packets the node makes itself.
  public var interface: String
}
