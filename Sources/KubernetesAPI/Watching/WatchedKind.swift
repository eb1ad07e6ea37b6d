/// A kind of objects that an agent watches, as kube-proxy chooses them.
public enum WatchedKind: Hashable, Sendable, CustomStringConvertible {
  /// - Parameter proxyName: those with this `service.kubernetes.io/service-proxy-name`; nil: those without.
  case services(proxyName: String?)
  case slices
  case serviceCIDRs
  case node(name: String)

  var path: String {
    switch self {
    case .services: "/api/v1/services"
    case .slices: "/apis/discovery.k8s.io/v1/endpointslices"
    case .serviceCIDRs: "/apis/networking.k8s.io/v1/servicecidrs"
    case .node: "/api/v1/nodes"
    }
  }

  /// Which of them, for every request.
  var selectors: [(name: String, value: String)] {
    switch self {
    case .services(nil):
      [("labelSelector", "!service.kubernetes.io/service-proxy-name"), ("fieldSelector", "spec.clusterIP!=None")]
    case .services(let name?):
      [
        ("labelSelector", "service.kubernetes.io/service-proxy-name=\(name)"),
        ("fieldSelector", "spec.clusterIP!=None"),
      ]
    case .slices: [("labelSelector", "!service.kubernetes.io/headless")]
    case .serviceCIDRs: []
    case .node(let name): [("fieldSelector", "metadata.name=\(name)")]
    }
  }

  /// `services`
  public var description: String {
    switch self {
    case .services: "services"
    case .slices: "endpointslices"
    case .serviceCIDRs: "servicecidrs"
    case .node: "nodes"
    }
  }
}
