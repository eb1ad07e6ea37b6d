import KubernetesObjects
import LivePlan
import NetworkAddresses
import ServicePlan
import TestSupport

/// What a watch of a small restless cluster says, and the cluster as it then is. The same seed says the same.
///
/// Services claim each other's frontends, slices change their owners, objects come twice and late.
struct RandomWatch {
  private var random: SeededNumbers
  private var services: [NamespacedName: (object: Service, version: UInt64)] = [:]
  private var slices: [NamespacedName: (object: EndpointSlice, version: UInt64)] = [:]
  /// What was said before, with its version, to be said again.
  private var former: [(ObjectChange, UInt64)] = []
  private var version: UInt64 = 100
  private var setAside: Set<NamespacedName> = []
  private var ranges: [String: ServiceCIDR] = [:]
  private var given: NodeConfiguration

  init(seed: UInt64) {
    random = SeededNumbers(seed: seed)
    given = GeneratedCluster(seed: seed).configuration
  }

  /// What is known of the node.
  var configuration: NodeConfiguration {
    var configuration = given
    if configuration.serviceCIDRs.isEmpty {
      configuration.serviceCIDRs = ranges.values.flatMap(\.cidrs).map(\.value).sorted()
    }
    return configuration
  }

  /// The cluster as it is, without the Services that are set aside.
  var objects: ObjectSet {
    var objects = ObjectSet()
    objects.services = services.values.map(\.object).filter { !setAside.contains($0.name) }
    objects.slices = slices.values.map(\.object)
    return objects
  }

  /// A change of the cluster, told to a node.
  mutating func next(_ live: inout LiveNode) {
    switch random.number(0...99) {
    case 0..<4: put(&live, service())
    case 4..<18: putWithSlices(&live)
    case 18..<30: changeService(&live)
    case 30..<36: put(&live, slice())
    case 36..<80: changeEndpoints(&live)
    case 80..<85:
      guard let name = services.keys.sorted().randomElement(using: &random) else { return }
      services[name] = nil
      tell(&live, .deletedService(name))
    case 85..<89:
      guard let name = slices.keys.sorted().randomElement(using: &random) else { return }
      slices[name] = nil
      tell(&live, .deletedSlice(name))
    case 89..<94:
      // Again, or too late.
      guard let (change, version) = former.randomElement(using: &random) else { return }
      live.apply(change, resourceVersion: version)
    case 94..<97: relist(&live)
    case 97: isolate(&live)
    case 98: changeRanges(&live)
    default:
      var next = GeneratedCluster(seed: random.next()).configuration
      if random.chance(50) { (next.nodeIPs, next.zone) = (given.nodeIPs, given.zone) }
      given = next
      live.configuration = next
    }
  }

  /// A Service is left out, or no longer.
  private mutating func isolate(_ live: inout LiveNode) {
    if let name = setAside.sorted().first, random.chance(60) {
      setAside.remove(name)
      live.readmit(name)
    } else if let name = services.keys.sorted().randomElement(using: &random) {
      setAside.insert(name)
      live.setAside(name)
    }
  }

  private mutating func changeRanges(_ live: inout LiveNode) {
    let name = random.one(of: ["kubernetes", "more"])
    version += 1
    if ranges[name] == nil {
      let text = random.one(of: ["10.96.0.0/16", "10.96.0.0/24", "fd00:96::/112"])
      let prefixes = [IPPrefix(text)].compactMap { $0 }
      let nowhere = SourcePosition(file: 0, line: 0, column: 0)
      let range = ServiceCIDR(name: name, position: nowhere, cidrs: prefixes.map { Located($0, at: nowhere) })
      ranges[name] = range
      live.apply(.serviceCIDR(range), resourceVersion: version)
    } else {
      ranges[name] = nil
      live.apply(.deletedServiceCIDR(name), resourceVersion: version)
    }
  }

  private mutating func tell(_ live: inout LiveNode, _ change: ObjectChange) {
    version += 1
    former.append((change, version))
    live.apply(change, resourceVersion: version)
  }

  private mutating func put(_ live: inout LiveNode, _ service: Service?) {
    guard let service else { return }
    services[service.name] = (service, version + 1)
    tell(&live, .service(service))
  }

  private mutating func put(_ live: inout LiveNode, _ slice: EndpointSlice?) {
    guard let slice else { return }
    slices[slice.name] = (slice, version + 1)
    tell(&live, .slice(slice))
  }

  /// A Service with the slices that its controller would make.
  private mutating func putWithSlices(_ live: inout LiveNode) {
    let objects = GeneratedCluster(seed: random.next()).objects
    guard let service = objects.services.randomElement(using: &random) else { return }
    put(&live, service)
    for slice in objects.slices where slice.owner == service.name { put(&live, slice) }
  }

  /// The whole cluster at once; some of it may have vanished meanwhile.
  private mutating func relist(_ live: inout LiveNode) {
    for name in services.keys.sorted() where random.chance(10) { services[name] = nil }
    for name in slices.keys.sorted() where random.chance(10) { slices[name] = nil }
    live.replaceServices(with: services.values.map { Listed($0.object, resourceVersion: $0.version) })
    live.replaceSlices(with: slices.values.map { Listed($0.object, resourceVersion: $0.version) })
    // What was said before the list is not said again.
    former = []
  }

  private mutating func service() -> Service? {
    GeneratedCluster(seed: random.next()).objects.services.randomElement(using: &random)
  }

  private mutating func slice() -> EndpointSlice? {
    GeneratedCluster(seed: random.next()).objects.slices.randomElement(using: &random)
  }

  /// A Service that is there becomes a bit different.
  private mutating func changeService(_ live: inout LiveNode) {
    guard let name = services.keys.sorted().randomElement(using: &random), var service = services[name]?.object,
      let other = self.service()
    else { return }
    switch random.number(0...6) {
    case 0: service.ports = other.ports
    case 1: service.externalIPs = other.externalIPs
    case 2: service.affinitySeconds = service.affinitySeconds == nil ? 300 : nil
    case 3: service.internalTrafficPolicy = service.internalTrafficPolicy == .local ? .cluster : .local
    case 4: service.externalTrafficPolicy = service.externalTrafficPolicy == .local ? .cluster : .local
    case 5: service.loadBalancerIngress = other.loadBalancerIngress
    default: service.sourceRanges = other.sourceRanges
    }
    put(&live, service)
  }

  /// Endpoints of a slice come, go, get ready and unready.
  private mutating func changeEndpoints(_ live: inout LiveNode) {
    guard let name = slices.keys.sorted().randomElement(using: &random), var slice = slices[name]?.object else {
      return put(&live, self.slice())
    }
    let family = slice.addressType == .ipv4 ? "10.244." : "fd00:244::"
    let number = random.number(1...9)
    if random.chance(40), let index = slice.endpoints.indices.randomElement(using: &random) {
      slice.endpoints.remove(at: index)
    }
    if random.chance(40), let index = slice.endpoints.indices.randomElement(using: &random) {
      slice.endpoints[index].isReady.toggle()
    }
    if random.chance(60), let address = IPAddress(family + (slice.addressType == .ipv4 ? "2.\(number)" : "\(number)")) {
      var endpoint = Endpoint(address: address, position: slice.position)
      endpoint.nodeName = random.one(of: ["node-1", "node-2"])
      slice.endpoints.insert(endpoint, at: random.number(0...slice.endpoints.count))
    }
    put(&live, slice)
  }
}
