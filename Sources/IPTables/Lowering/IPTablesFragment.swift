/// What one service port adds to the rules of a node.
///
/// The shared chains hold the rules of all service ports one after another; nothing else of a fragment touches another
/// service port.
public struct IPTablesFragment: Hashable, Sendable {
  /// Rules in nat KUBE-SERVICES.
  public var natServices: [Rule] = []
  /// Rules in nat KUBE-NODEPORTS.
  public var natNodePorts: [Rule] = []
  /// Rules in filter KUBE-SERVICES.
  public var filterServices: [Rule] = []
  /// Rules in filter KUBE-EXTERNAL-SERVICES.
  public var filterExternalServices: [Rule] = []
  /// Rules in filter KUBE-NODEPORTS.
  public var filterNodePorts: [Rule] = []
  /// Rules in filter KUBE-PROXY-FIREWALL.
  public var filterFirewall: [Rule] = []
  /// Its own chains, all in nat.
  public var chains: [Chain] = []

  public init() {}
}
