/// Names of the chains that do not belong to one service port (IPT-2).
public enum SharedChain {
  public static let services = "KUBE-SERVICES"
  public static let externalServices = "KUBE-EXTERNAL-SERVICES"
  public static let nodePorts = "KUBE-NODEPORTS"
  /// Drops what source ranges did not let through.
  public static let proxyFirewall = "KUBE-PROXY-FIREWALL"
  public static let forward = "KUBE-FORWARD"
  /// Shared with kubelet.
  public static let firewall = "KUBE-FIREWALL"
  public static let postrouting = "KUBE-POSTROUTING"
  public static let markMasquerade = "KUBE-MARK-MASQ"
  /// Empty; when it is gone somebody has flushed the table (IPT-29).
  public static let canary = "KUBE-PROXY-CANARY"

  /// Whether a chain is one that kube-proxy makes (IPT-2): shared, or of a service port or an endpoint.
  public static func isOfKubeProxy(_ name: String) -> Bool {
    switch name {
    case services, externalServices, nodePorts, proxyFirewall, forward, firewall, postrouting, markMasquerade, canary:
      true
    default:
      ["KUBE-SVC-", "KUBE-SVL-", "KUBE-SEP-", "KUBE-EXT-", "KUBE-FW-"].contains { name.hasPrefix($0) }
    }
  }

  /// Whether a chain holds rules of many service ports, in no order among them that matters.
  static func holdsServicePorts(_ name: String) -> Bool {
    switch name {
    case services, externalServices, nodePorts, proxyFirewall: true
    default: false
    }
  }
}
