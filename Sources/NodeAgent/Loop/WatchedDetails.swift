#if Agent
  import ConnectionTracking
  import HealthChecks
  import KubernetesObjects
  import NetworkAddresses
  import ServicePlan

  /// The service ports of one family that concern more than rules: those that have health checks, and those of UDP. They are
  /// kept apart so that a change costs what it touches.
  struct WatchedDetails {
    let family: IPFamily
    private var healthChecked: [NamespacedName: [ServicePortPlan]] = [:]
    private var udp: [NamespacedName: [ServicePortPlan]] = [:]
    /// UDP service ports that are gone since the last sweep (CT-6).
    private var removed: [ServicePortPlan] = []
    private(set) var healthChecksChanged = true
    /// Those whose policy Local leaves some of their traffic without an endpoint (MET-4).
    private var withoutLocal: [NamespacedName: PolicyCounts] = [:]
    private(set) var portsWithoutLocalEndpoints = PolicyCounts()

    /// How many service ports a policy concerns.
    struct PolicyCounts: Equatable {
      var `internal` = 0
      var external = 0

      static func += (total: inout PolicyCounts, more: PolicyCounts) {
        total.internal += more.internal
        total.external += more.external
      }

      static func -= (total: inout PolicyCounts, less: PolicyCounts) {
        total.internal -= less.internal
        total.external -= less.external
      }
    }

    init(_ family: IPFamily) { self.family = family }

    mutating func apply(_ change: PlanChange) {
      for service in change.services {
        let checked = service.after.filter { $0.healthCheckNodePort != 0 }
        if !checked.isEmpty || healthChecked[service.name] != nil {
          healthChecked[service.name] = checked.isEmpty ? nil : checked
          healthChecksChanged = true
        }
        count(service)
        let datagrams = service.after.filter { $0.transport == .udp }
        let names = Set(datagrams.map(\.name))
        removed += service.before.filter { $0.transport == .udp && !names.contains($0.name) }
        udp[service.name] = datagrams.isEmpty ? nil : datagrams
      }
    }

    private mutating func count(_ service: ServiceChange) {
      var counts = PolicyCounts()
      for port in service.after {
        if port.internalRefusal == .drop { counts.internal += 1 }
        if port.externalRefusal == .drop, port.isExternallyAccessible { counts.external += 1 }
      }
      let before = withoutLocal[service.name] ?? PolicyCounts()
      guard counts != before else { return }
      portsWithoutLocalEndpoints -= before
      portsWithoutLocalEndpoints += counts
      withoutLocal[service.name] = counts == PolicyCounts() ? nil : counts
    }

    var hasRemovedUDPPorts: Bool { !removed.isEmpty }

    mutating func takeHealthChecks(_ configuration: NodeConfiguration) -> HealthCheckPorts {
      healthChecksChanged = false
      let ports = healthChecked.sorted { $0.key < $1.key }.flatMap(\.value)
      return HealthCheckPorts(NodePlan(family: family, configuration: configuration, servicePorts: ports))
    }

    /// All that was to be swept is.
    mutating func forgetRemoved() { removed = [] }

    /// - Returns: what a sweep has to know: the UDP service ports there are, and those that went.
    func datagrams(_ configuration: NodeConfiguration) -> (present: NodePlan, removed: NodePlan) {
      let present = udp.sorted { $0.key < $1.key }.flatMap(\.value)
      return (
        NodePlan(family: family, configuration: configuration, servicePorts: present),
        NodePlan(family: family, configuration: configuration, servicePorts: removed)
      )
    }
  }

  /// The EndpointSlices that have UDP ports, as far as it takes to see that one has changed (CT-1).
  struct DatagramSlices {
    private var digests: [NamespacedName: Int] = [:]

    /// - Returns: whether it is a change that calls for a sweep.
    mutating func put(_ slice: EndpointSlice) -> Bool {
      guard slice.serviceName != nil, slice.ports.contains(where: { $0.transport == .udp }) else {
        return digests.removeValue(forKey: slice.name) != nil
      }
      let digest = slice.digest
      return digests.updateValue(digest, forKey: slice.name) != digest
    }

    mutating func remove(_ name: NamespacedName) -> Bool { digests.removeValue(forKey: name) != nil }

    mutating func replace(with slices: [EndpointSlice]) -> Bool {
      var isChanged = false
      let names = Set(slices.map(\.name))
      for name in digests.keys where !names.contains(name) { isChanged = remove(name) || isChanged }
      for slice in slices { isChanged = put(slice) || isChanged }
      return isChanged
    }
  }

  extension EndpointSlice {
    /// Of what a sweep looks at.
    fileprivate var digest: Int {
      var hasher = Hasher()
      hasher.combine(serviceName)
      for port in ports {
        hasher.combine(port.name)
        hasher.combine(port.transport)
        hasher.combine(port.port)
      }
      for endpoint in endpoints {
        hasher.combine(endpoint.address)
        hasher.combine(endpoint.isReady)
        hasher.combine(endpoint.isServing)
        hasher.combine(endpoint.isTerminating)
        hasher.combine(endpoint.nodeName)
      }
      return hasher.finalize()
    }
  }
#endif
