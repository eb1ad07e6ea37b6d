/// What a workload makes its Pods from: the part that Services look at.
public struct PodTemplate: Hashable, Sendable {
  /// The kind of the workload: `Deployment`.
  public var kind: String
  /// The name of the workload.
  public var name: NamespacedName
  public var position: SourcePosition
  /// Of the Pods.
  public var labels: [String: String] = [:]
  /// As in ``Pod/containerPorts``.
  public var containerPorts: [Pod.ContainerPort] = []
  /// As in ``Pod/declaresAllPorts``.
  public var declaresAllPorts = false

  public init(kind: String, name: NamespacedName, position: SourcePosition) {
    self.kind = kind
    self.name = name
    self.position = position
  }
}
