import RuleEvaluator
import ServicePlan

/// Connections that end elsewhere than before: those of some classes of clients to one destination, or to several that
/// change alike.
public struct FlowChange: Sendable {
  /// Not empty; of one kind and one service port.
  public var destinations: [FlowDestination]
  /// Not empty.
  public var sources: [FlowSource]
  /// How many classes of clients the destinations have; ``sources`` are some of them.
  public var classCount: Int
  public var before: FlowFate
  public var after: FlowFate
  /// Who owns the destination; nil: nobody, or it is no matter of one service port.
  public var oldOwner: ServicePortPlan?
  public var newOwner: ServicePortPlan?
  /// Why it was so, in words without a full stop; nil where there is nothing to explain.
  public var reasonBefore: String?
  /// Why it is so.
  public var reasonAfter: String?
  /// Where two targets are compared: the difference between them that shows here.
  public var targetReason: String?

  /// Whether ``sources`` are all there are.
  public var isFromEverywhere: Bool { sources.count == classCount }

  /// Whether it takes a cluster without a proxy on every node to see it.
  public var isUnlikely: Bool { targetReason == TargetReason.hairpinElsewhere }

  /// The service port it is told with.
  public var owner: ServicePortPlan? { newOwner ?? oldOwner }
}
