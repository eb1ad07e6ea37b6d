import KubernetesObjects
import ServicePlan

/// A node, objects, and what must become of packets: one document of a case file.
public struct FlowCase: Sendable {
  public var name: String
  /// The file it was read from, for messages.
  public var file: String
  public var position: SourcePosition
  /// What it is about in a word, such as `nodeport`.
  public var area: String?
  public var summary: String?
  /// Requirements of the behaviour specification it exercises.
  public var requirements: [String]
  /// The modes of kube-proxy it applies to.
  public var modes: Set<ProxyMode>
  /// The first release of kube-proxy with this outcome; nil: 1.36 or earlier.
  public var since: KubeProxyRelease?
  public var notes: String?
  /// The node before the first step.
  public var configuration: NodeConfiguration
  /// At least one.
  public var steps: [FlowStep]
  /// Whether it was written as a sequence of steps; otherwise its only step holds what stood at the top.
  public var hasSteps: Bool
}

/// A change, and what must hold after it.
public struct FlowStep: Sendable {
  public var position: SourcePosition
  public var summary: String?
  /// Created or replaced, in this order, before anything is deleted.
  public var apply: [CaseObject]
  public var delete: [ObjectKey]
  public var zone: ZoneChange?
  /// Nil: nothing is expected of the connection tracking table.
  public var conntrack: ConntrackExpectation?
  public var healthChecks: [HealthCheckExpectation]
  public var flows: [Flow]

  /// What happens to the zone label of the node.
  public enum ZoneChange: Hashable, Sendable {
    case set(String)
    case removed
  }
}

/// What identifies an object of a cluster. A namespace that is not written is `default`.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
  public var kind: String
  public var name: NamespacedName

  /// `Service shop/web`
  public var description: String { "\(kind) \(name)" }
}

/// A manifest of a case.
public struct CaseObject: Sendable {
  public var key: ObjectKey
  public var position: SourcePosition
  /// The object alone; of a kind that does not matter here, nothing.
  public var content: ObjectSet
}
