#if Netlink && os(Linux)
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets
  import ServicePlan

  /// Times what a change of the cluster costs a node that knows the rest of it: from the decoded object to the end of the
  /// commit. Runs in a network namespace of its own.
  struct Updates {
    private let size: ClusterSize
    private let target: RuleTarget
    private let rounds: Int
    private var live: LiveNode
    /// With two endpoints or more.
    private var slices: [EndpointSlice]
    private let services: [NamespacedName: Service]
    private var version: UInt64 = 1
    private var address: UInt32 = 0x0a40_0000

    /// To be passed on by closures, which a noncopyable value cannot be.
    private final class Connection {
      var netlink: NetlinkConnection<NetlinkSocket>

      init() throws { netlink = try NetlinkConnection() }
    }

    init(_ objects: ObjectSet, size: ClusterSize, target: RuleTarget, rounds: Int) {
      self.size = size
      self.target = target
      self.rounds = rounds
      live = LiveNode(configuration: BenchmarkCluster.configuration, target: target, families: [.ipv4])
      live.replaceServices(with: objects.services.map { Listed($0, resourceVersion: 1) })
      live.replaceSlices(with: objects.slices.map { Listed($0, resourceVersion: 1) })
      _ = live.takeChange()
      slices = objects.slices.filter { $0.addressType == .ipv4 && !$0.endpoints.isEmpty }
      services = Dictionary(objects.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func measure() throws -> [Measurement] {
      let connection = try Connection()
      guard let table = live.table(.ipv4) else { throw BenchmarkError.needsNetlink }
      try connection.netlink.update(to: table)
      let resident = ProcessMemory.resident
      let step = max(1, slices.count / min(slices.count, 500))
      var results: [Measurement] = []
      results.append(
        try measure(.endpointReplaced, connection, rounds) { node, round in node.replaceEndpoint(of: round * step) })
      results[0].peakMemory = resident
      results.append(
        try measure(.countChanged, connection, rounds) { node, round in node.changeCount(of: round * step) })
      // Removed and added in turns.
      let services = try measure(.serviceRemoved, connection, rounds) { node, round in
        node.removeOrAddService(of: round / 2 * step, isRemoval: round % 2 == 0)
      }
      for (stage, part) in [(Stage.serviceRemoved, 0), (.serviceAdded, 1)] {
        var result = services
        result.stage = stage
        result.samples = services.samples.indices.filter { $0 % 2 == part }.map { services.samples[$0] }
        results.append(result)
      }
      let few = max(3, min(20, rounds * 100 / max(1, slices.count)))
      if slices.count >= 100 {
        results.append(
          try measure(.onePercent, connection, few) { node, round in
            for index in stride(from: round % 100, to: node.slices.count, by: 100) { node.replaceEndpoint(of: index) }
          })
        results.append(
          try measure(.everything, connection, 3) { node, _ in
            for index in node.slices.indices { node.replaceEndpoint(of: index) }
          })
      }
      if let table = live.table(.ipv4) {
        guard try connection.netlink.update(to: table).isEmpty else { throw BenchmarkError.notTheSame }
      }
      return results
    }

    private mutating func measure(
      _ stage: Stage, _ connection: Connection, _ rounds: Int, _ change: (inout Updates, _ round: Int) -> Void
    ) throws -> Measurement {
      var samples: [Double] = []
      for round in 0..<rounds {
        let start = ContinuousClock.now
        change(&self, round)
        for family in live.takeChange().families {
          if let table = family.table {
            try connection.netlink.commit(TableUpdate(table))
          } else if let table = live.table(.ipv4) {
            try connection.netlink.update(to: table)
          }
        }
        samples.append((ContinuousClock.now - start) / .seconds(1))
      }
      return Measurement(
        stage: stage, target: target.rawValue, services: size.services, endpoints: size.endpoints, samples: samples)
    }

    // MARK: - Changes

    private mutating func replaceEndpoint(of index: Int) {
      let index = index % slices.count
      address += 1
      slices[index].endpoints[Int(address) % slices[index].endpoints.count].address = IPAddress(ipv4: address)
      apply(index)
    }

    private mutating func changeCount(of index: Int) {
      let index = index % slices.count
      // A count that was changed is changed back next time.
      if slices[index].endpoints.count > 1, slices[index].endpoints.count >= min(size.endpoints, 100) {
        slices[index].endpoints.removeLast()
      } else {
        address += 1
        var endpoint = slices[index].endpoints[0]
        endpoint.address = IPAddress(ipv4: address)
        slices[index].endpoints.append(endpoint)
      }
      apply(index)
    }

    private mutating func removeOrAddService(of index: Int, isRemoval: Bool) {
      let index = index % slices.count
      guard let owner = slices[index].owner, let service = services[owner] else { return }
      version += 1
      live.apply(isRemoval ? .deletedService(owner) : .service(service), resourceVersion: version)
    }

    private mutating func apply(_ index: Int) {
      version += 1
      live.apply(.slice(slices[index]), resourceVersion: version)
    }
  }
#endif
