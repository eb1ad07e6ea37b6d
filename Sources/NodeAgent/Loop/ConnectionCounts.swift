#if Agent && os(Linux)
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses

  /// The connections that service ports got since the agent started, summed over their frontends.
  ///
  /// An element of the kernel's map begins at zero again when it is exchanged, which each change of the number of endpoints does.
  /// What is kept here are sums, which only grow.
  struct ConnectionCounts {
    /// A service port, as comments of elements name it.
    struct ServicePort: Hashable, Sendable {
      var service: NamespacedName
      /// Empty: it has no name.
      var port: String
    }

    private let limit: Int
    private let metrics: AgentMetrics
    /// What elements had counted at the last look; nil: there was none.
    private var last: [IPFamily: [RegisterBytes: UInt64]] = [:]
    /// The service ports that are shown one by one.
    private var shown: Set<ServicePort> = []
    /// Of ``shown``, those without a connection so far.
    private var idle: Set<ServicePort> = []

    init(limit: Int, _ metrics: AgentMetrics) {
      self.limit = limit
      self.metrics = metrics
      metrics.connected(nil, by: 0)
    }

    /// All elements of a family, as they are now. What was counted before the first look is nobody's.
    mutating func look(_ elements: [CountedElement], _ family: IPFamily) {
      let before = last[family]
      var now: [RegisterBytes: UInt64] = [:]
      now.reserveCapacity(elements.count)
      for element in elements {
        now[element.key] = element.packets
        guard let before else {
          add(0, element.comment)
          continue
        }
        let known = before[element.key]
        if known != element.packets { add(Self.growth(from: known, to: element.packets), element.comment) }
      }
      last[family] = now
    }

    /// An element is gone, or another one takes its place: it has counted since the last look.
    mutating func remove(_ element: CountedElement, _ family: IPFamily) {
      guard last[family] != nil else { return }
      let known = last[family]?.removeValue(forKey: element.key)
      add(Self.growth(from: known, to: element.packets), element.comment)
    }

    /// Ceases to show service ports that are gone.
    mutating func forget(unless isServed: (ServicePort) -> Bool) {
      for port in shown where !isServed(port) { hide(port) }
    }

    /// A count that is lower is that of another element.
    private static func growth(from known: UInt64?, to packets: UInt64) -> UInt64 {
      guard let known, known <= packets else { return packets }
      return packets - known
    }

    private mutating func add(_ connections: UInt64, _ comment: String?) {
      guard let port = comment.flatMap({ ServicePort(comment: $0) }), show(port, isIdle: connections == 0) else {
        if connections > 0 { metrics.connected(nil, by: connections) }
        return
      }
      guard connections > 0 else { return }
      idle.remove(port)
      metrics.connected(port, by: connections)
    }

    /// Who has connections comes before who has none.
    ///
    /// - Returns: whether there is room for it.
    private mutating func show(_ port: ServicePort, isIdle: Bool) -> Bool {
      if shown.contains(port) { return true }
      if shown.count >= limit {
        guard !isIdle, let other = idle.first else { return false }
        hide(other)
      }
      shown.insert(port)
      idle.insert(port)
      // From zero on, or the first increase would not be seen.
      metrics.connected(port, by: 0)
      return true
    }

    private mutating func hide(_ port: ServicePort) {
      shown.remove(port)
      idle.remove(port)
      metrics.forgetConnections(port)
    }
  }

  extension ConnectionCounts.ServicePort {
    /// - Returns: nil for what is no name of a service port: comments that had to be cut are none.
    init?(comment: String) {
      guard !comment.hasSuffix("..."), let slash = comment.firstIndex(of: "/") else { return nil }
      let rest = comment[comment.index(after: slash)...]
      let colon = rest.firstIndex(of: ":")
      service = NamespacedName(namespace: String(comment[..<slash]), name: String(rest[..<(colon ?? rest.endIndex)]))
      port = colon.map { String(rest[rest.index(after: $0)...]) } ?? ""
    }
  }
#endif
