#if Agent
  import KubernetesObjects
  import LivePlan

  /// The objects of one kind, until all of them have come.
  ///
  /// What is decoded is kept, the answer it came in is not.
  struct ObjectCollection {
    private let kind: WatchedKind
    private var services: [NamespacedName: Listed<Service>] = [:]
    private var slices: [NamespacedName: Listed<EndpointSlice>] = [:]
    private var ranges: [NamespacedName: Listed<ServiceCIDR>] = [:]
    private var nodes: [NamespacedName: Node] = [:]

    init(_ kind: WatchedKind) { self.kind = kind }

    var count: Int { services.count + slices.count + ranges.count + nodes.count }

    mutating func add(_ decoded: DecodedObjects) {
      for service in decoded.objects.services { services[service.name] = decoded.listed(service, service.name) }
      for slice in decoded.objects.slices { slices[slice.name] = decoded.listed(slice, slice.name) }
      for range in decoded.objects.serviceCIDRs {
        let name = NamespacedName(namespace: "", name: range.name)
        ranges[name] = decoded.listed(range, name)
      }
      for node in decoded.objects.nodes { nodes[NamespacedName(namespace: "", name: node.name)] = node }
    }

    mutating func remove(_ name: NamespacedName) {
      services[name] = nil
      slices[name] = nil
      ranges[name] = nil
      nodes[name] = nil
    }

    /// All of them. The order is none: nothing depends on it.
    var event: ClusterEvent {
      switch kind {
      case .services: .services(Array(services.values))
      case .slices: .slices(Array(slices.values))
      case .serviceCIDRs: .serviceCIDRs(Array(ranges.values))
      case .node: .node(nodes.values.first)
      }
    }
  }

  extension DecodedObjects {
    fileprivate func listed<Object: Hashable & Sendable>(_ object: Object, _ name: NamespacedName) -> Listed<Object> {
      Listed(object, resourceVersion: versions[name])
    }
  }

  extension WatchedKind {
    /// What became of one object; nil: it is of another kind.
    func change(_ decoded: DecodedObjects) -> ClusterEvent? {
      let objects = decoded.objects
      let version = decoded.versions.values.first
      return switch self {
      case .services: objects.services.first.map { .change(.service($0), resourceVersion: version) }
      case .slices: objects.slices.first.map { .change(.slice($0), resourceVersion: version) }
      case .serviceCIDRs: objects.serviceCIDRs.first.map { .change(.serviceCIDR($0), resourceVersion: version) }
      case .node: objects.nodes.first.map { .node($0) }
      }
    }

    func deletion(_ metadata: ObjectMetadata) -> ClusterEvent {
      switch self {
      case .services: .change(.deletedService(metadata.name), resourceVersion: metadata.number)
      case .slices: .change(.deletedSlice(metadata.name), resourceVersion: metadata.number)
      case .serviceCIDRs: .change(.deletedServiceCIDR(metadata.name.name), resourceVersion: metadata.number)
      case .node: .node(nil)
      }
    }
  }
#endif
