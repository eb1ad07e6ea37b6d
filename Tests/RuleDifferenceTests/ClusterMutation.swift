import KubernetesObjects
import NetworkAddresses
import ServicePlan
import TestSupport

/// Changes a generated cluster as people, controllers and rollouts do.
struct ClusterMutation {
  private var random: SeededNumbers
  private let nowhere = SourcePosition(file: 0, line: 0, column: 0)

  init(seed: UInt64) { random = SeededNumbers(seed: seed) }

  /// One to three changes; some of them change nothing that shows.
  mutating func mutated(_ cluster: GeneratedCluster) -> GeneratedCluster {
    var cluster = cluster
    for _ in 0..<random.number(1...3) { change(&cluster) }
    return cluster
  }

  private mutating func change(_ cluster: inout GeneratedCluster) {
    switch random.number(0...19) {
    case 0: addService(&cluster)
    case 1: removeService(&cluster)
    case 2...6: changeService(&cluster)
    case 7...13: changeEndpoint(&cluster)
    case 14: changeEndpointSet(&cluster)
    case 15: changePort(&cluster)
    case 16: reorder(&cluster)
    case 17: cluster.objects.slices.reverse()
    default: changeNode(&cluster)
    }
  }

  private mutating func addService(_ cluster: inout GeneratedCluster) {
    let other = GeneratedCluster(seed: random.next())
    guard var service = other.objects.services.first else { return }
    let slices = other.objects.slices.filter { $0.owner == service.name }
    service.name.name = random.one(of: ["a0", "s9"])
    if cluster.objects.services.contains(where: { $0.name == service.name }) { return }
    cluster.objects.services.append(service)
    for var slice in slices {
      slice.serviceName = service.name.name
      slice.name.name = "\(service.name.name)-\(slice.name.name)"
      cluster.objects.slices.append(slice)
    }
  }

  private mutating func removeService(_ cluster: inout GeneratedCluster) {
    guard !cluster.objects.services.isEmpty else { return }
    cluster.objects.services.remove(at: random.number(0...cluster.objects.services.count - 1))
  }

  private mutating func changeService(_ cluster: inout GeneratedCluster) {
    guard !cluster.objects.services.isEmpty else { return }
    let index = random.number(0...cluster.objects.services.count - 1)
    var service = cluster.objects.services[index]
    // What another cluster has in its place.
    let other = GeneratedCluster(seed: random.next()).objects.services[0]
    switch random.number(0...11) {
    case 0: service.internalTrafficPolicy = service.internalTrafficPolicy == .local ? .cluster : .local
    case 1, 2: service.externalTrafficPolicy = service.externalTrafficPolicy == .local ? .cluster : .local
    case 3: service.affinitySeconds = random.one(of: [nil, 60, 300])
    case 4: service.externalIPs = other.externalIPs
    case 5: service.loadBalancerIngress = other.loadBalancerIngress
    case 6, 7: service.sourceRanges = other.sourceRanges
    case 8: service.kind = random.one(of: [.clusterIP, .nodePort, .loadBalancer])
    case 9:
      if service.clusterIPs.count == other.clusterIPs.count, service.ipFamilies == other.ipFamilies {
        service.clusterIPs = other.clusterIPs
      }
    case 10: service.healthCheckNodePort = service.healthCheckNodePort == 0 ? 32650 : 0
    default: service.labels[Service.proxyNameLabel] = service.proxyName == nil ? "other" : nil
    }
    cluster.objects.services[index] = service
  }

  private mutating func changePort(_ cluster: inout GeneratedCluster) {
    guard !cluster.objects.services.isEmpty else { return }
    let index = random.number(0...cluster.objects.services.count - 1)
    guard !cluster.objects.services[index].ports.isEmpty else { return }
    let port = random.number(0...cluster.objects.services[index].ports.count - 1)
    switch random.number(0...3) {
    case 0: cluster.objects.services[index].ports[port].port = UInt16(random.one(of: [80, 81, 443, 30081]))
    case 1: cluster.objects.services[index].ports[port].nodePort = UInt16(random.one(of: [0, 30081, 30199]))
    case 2: cluster.objects.services[index].ports.remove(at: port)
    default: cluster.objects.services[index].ports[port].name = "renamed"
    }
  }

  private mutating func changeEndpoint(_ cluster: inout GeneratedCluster) {
    let slices = cluster.objects.slices.indices.filter { !cluster.objects.slices[$0].endpoints.isEmpty }
    guard !slices.isEmpty else { return }
    let slice = random.one(of: slices)
    let index = random.number(0...cluster.objects.slices[slice].endpoints.count - 1)
    var endpoint = cluster.objects.slices[slice].endpoints[index]
    switch random.number(0...6) {
    case 0: endpoint.isReady.toggle()
    case 1: endpoint.isServing.toggle()
    case 2: endpoint.isTerminating.toggle()
    case 3:
      endpoint.isReady = false
      endpoint.isTerminating = true
    case 4: endpoint.nodeName = random.one(of: ["node-1", "node-2", nil])
    case 5:
      endpoint.hints = random.one(of: [nil, EndpointHints(forZones: ["zone-a"]), EndpointHints(forZones: ["zone-b"])])
    default:
      cluster.objects.slices[slice].endpoints.remove(at: index)
      return
    }
    cluster.objects.slices[slice].endpoints[index] = endpoint
  }

  private mutating func changeEndpointSet(_ cluster: inout GeneratedCluster) {
    guard !cluster.objects.slices.isEmpty else { return }
    let index = random.number(0...cluster.objects.slices.count - 1)
    switch random.number(0...3) {
    case 0: cluster.objects.slices.remove(at: index)
    case 1: cluster.objects.slices[index].endpoints = []
    case 2:
      let other = GeneratedCluster(seed: random.next()).objects.slices
        .first { $0.addressType == cluster.objects.slices[index].addressType }
      if let other { cluster.objects.slices[index].endpoints = other.endpoints }
    default:
      for port in cluster.objects.slices[index].ports.indices
      where cluster.objects.slices[index].ports[port].port != nil {
        // Endpoints that are themselves frontends are within reach of this one.
        cluster.objects.slices[index].ports[port].port = UInt16(random.one(of: [8080, 9090, 80, 30081]))
      }
    }
  }

  private mutating func reorder(_ cluster: inout GeneratedCluster) {
    cluster.objects.services.shuffle(using: &random)
    for index in cluster.objects.slices.indices { cluster.objects.slices[index].endpoints.shuffle(using: &random) }
  }

  private mutating func changeNode(_ cluster: inout GeneratedCluster) {
    let other = GeneratedCluster(seed: random.next()).configuration
    switch random.number(0...6) {
    case 0: cluster.configuration.zone = other.zone
    case 1: cluster.configuration.interfaceAddresses = other.interfaceAddresses
    case 2: cluster.configuration.detectLocal = other.detectLocal
    case 3: cluster.configuration.serviceCIDRs = other.serviceCIDRs
    case 4: cluster.configuration.nodePortAddresses = other.nodePortAddresses
    case 5: cluster.configuration.masqueradeAll = other.masqueradeAll
    default: cluster.configuration.nodeName = random.one(of: ["node-1", "node-2"])
    }
  }
}
