import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Makes a cluster that shows a fault smaller, so that a person can see why.
public enum ClusterShrinker {
  /// - Parameter fails: whether a cluster shows the fault; `cluster` does.
  /// - Returns: a cluster that still does, and from which nothing can be taken away.
  public static func smallest(
    _ cluster: GeneratedCluster, fails: (GeneratedCluster) throws -> Bool
  ) rethrows -> GeneratedCluster {
    var cluster = cluster
    var hasShrunk = true
    while hasShrunk {
      hasShrunk = false
      for candidate in smaller(cluster) where try fails(candidate) {
        cluster = candidate
        hasShrunk = true
        break
      }
    }
    return cluster
  }

  /// Clusters with one thing less, the largest steps first.
  static func smaller(_ cluster: GeneratedCluster) -> [GeneratedCluster] {
    var candidates: [GeneratedCluster] = []
    func propose(_ change: (inout GeneratedCluster) -> Void) {
      var candidate = cluster
      change(&candidate)
      if candidate.objects.services != cluster.objects.services || candidate.objects.slices != cluster.objects.slices
        || candidate.configuration != cluster.configuration
      {
        candidates.append(candidate)
      }
    }
    for index in cluster.objects.services.indices { propose { $0.objects.services.remove(at: index) } }
    for index in cluster.objects.slices.indices { propose { $0.objects.slices.remove(at: index) } }
    for (index, service) in cluster.objects.services.enumerated() {
      for port in service.ports.indices where service.ports.count > 1 {
        propose { $0.objects.services[index].ports.remove(at: port) }
      }
      for change in simplerService { propose { change(&$0.objects.services[index]) } }
      for address in service.externalIPs.indices {
        propose { $0.objects.services[index].externalIPs.remove(at: address) }
      }
      for address in service.loadBalancerIngress.indices {
        propose { $0.objects.services[index].loadBalancerIngress.remove(at: address) }
      }
      for range in service.sourceRanges.indices {
        propose { $0.objects.services[index].sourceRanges.remove(at: range) }
      }
      for port in service.ports.indices { propose { $0.objects.services[index].ports[port].nodePort = 0 } }
    }
    for (index, slice) in cluster.objects.slices.enumerated() {
      for endpoint in slice.endpoints.indices { propose { $0.objects.slices[index].endpoints.remove(at: endpoint) } }
      for port in slice.ports.indices { propose { $0.objects.slices[index].ports.remove(at: port) } }
      for endpoint in slice.endpoints.indices {
        for change in simplerEndpoint { propose { change(&$0.objects.slices[index].endpoints[endpoint]) } }
      }
    }
    for change in simplerNode { propose { change(&$0.configuration) } }
    for address in cluster.configuration.interfaceAddresses.indices {
      propose { $0.configuration.interfaceAddresses.remove(at: address) }
    }
    return candidates
  }

  private static let simplerService: [@Sendable (inout Service) -> Void] = [
    { $0.externalIPs = [] },
    { $0.loadBalancerIngress = [] },
    { $0.sourceRanges = [] },
    { $0.affinitySeconds = nil },
    { $0.internalTrafficPolicy = .cluster },
    { $0.externalTrafficPolicy = .cluster },
    { $0.healthCheckNodePort = 0 },
    { service in
      guard service.clusterIPs.count > 1 else { return }
      service.clusterIPs.removeLast()
      service.ipFamilies.removeLast()
    },
  ]

  private static let simplerEndpoint: [@Sendable (inout Endpoint) -> Void] = [
    { $0.hints = nil },
    { $0.isReady = true },
    { $0.isServing = true },
    { $0.isTerminating = false },
    { $0.nodeName = nil },
  ]

  private static let simplerNode: [@Sendable (inout NodeConfiguration) -> Void] = [
    { $0.nodePortAddresses = nil },
    { $0.masqueradeAll = false },
    { $0.detectLocal = NodeConfiguration.DetectLocal.none },
    { $0.serviceCIDRs = [] },
    { $0.zone = nil },
    { $0.localhostNodePorts = true },
    { $0.conntrackTCPLiberal = false },
    { $0.iptablesMasqueradeBit = 14 },
    { $0.nftablesMasqueradeBit = 14 },
  ]
}
