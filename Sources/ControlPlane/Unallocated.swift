import KubernetesObjects

/// What to say of a Service that the API server has not yet given all it gives.
enum Unallocated {
  /// Empty for a Service that another proxy serves (SEL-1).
  static func diagnostics(_ service: Service) -> [Diagnostic] {
    guard service.kind != .externalName, service.proxyName == nil else { return [] }
    if service.clusterIPs.isEmpty, !service.isHeadless {
      return [
        Diagnostic(
          .warning, at: service.position, object: service.name.description, field: "spec.clusterIP",
          "not yet allocated: the Service has no rules; --allocate gives out cluster IPs and node ports")
      ]
    }
    // A LoadBalancer works through its addresses alone, a NodePort Service without node ports is half a Service.
    let severity: Diagnostic.Severity = service.kind == .nodePort ? .warning : .note
    return NodePortAllocation.portsWithoutNodePort(service).map { index in
      Diagnostic(
        severity, at: service.ports[index].position, object: service.name.description,
        field: "spec.ports[\(index)].nodePort",
        "not yet allocated: the port has no rules for nodes' addresses; --allocate gives out node ports")
    }
  }

  /// A LoadBalancer that no controller has given an address yet. Addresses are never invented.
  static func pendingLoadBalancer(_ service: Service) -> Diagnostic? {
    guard service.kind == .loadBalancer, service.proxyName == nil, service.loadBalancerIngress.isEmpty else {
      return nil
    }
    return Diagnostic(
      .note, at: service.position, object: service.name.description, field: "status.loadBalancer.ingress",
      "pending: the load balancer has no address yet")
  }
}
