#if Agent
  import CoreMetrics
  import IPTables
  import KubernetesObjects
  import NetworkAddresses
  import PrometheusMetrics

  /// What the agent counts, under kube-proxy's names where kube-proxy has the same thing (section MET).
  struct AgentMetrics: Sendable {
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
      self.factory = factory
      // What counts is there from the start, or the first increase would not be seen.
      for description in Self.descriptions where description.kind == .counter {
        switch description.name {
        case Self.name("proxy_healthz_total"), Self.name("proxy_livez_total"), "svcnat_watch_restarts_total": break
        // A zero would say that somebody counts.
        case Self.serviceConnections, Self.invalidDropped, Self.localhostAccepted: break
        case Self.name("conntrack_reconciler_deleted_entries_total"):
          for family in IPFamily.allCases { count(description.name, by: 0, [Self.label(family)]) }
        default: count(description.name, by: 0)
        }
      }
      for code in [200, 503] {
        count(Self.name("proxy_healthz_total"), by: 0, [("code", "\(code)")])
        count(Self.name("proxy_livez_total"), by: 0, [("code", "\(code)")])
      }
      set("svcnat_services_set_aside", 0)
    }

    /// Buckets of `network_programming_duration_seconds`: from a quarter of a second to five minutes.
    static let programmingBuckets =
      [0.25, 0.5] + MetricDescription.linearBuckets(start: 1, width: 1, count: 59)
      + MetricDescription.linearBuckets(start: 60, width: 5, count: 12)
      + MetricDescription.linearBuckets(start: 120, width: 30, count: 7)

    private static let syncBuckets = MetricDescription.exponentialBuckets(start: 0.001, factor: 2, count: 15)

    /// All metrics there can be.
    static let descriptions: [MetricDescription] = [
      MetricDescription(name("sync_proxy_rules_duration_seconds"), .histogram(buckets: syncBuckets), "Time of a sync."),
      MetricDescription(
        name("sync_full_proxy_rules_duration_seconds"), .histogram(buckets: syncBuckets),
        "Time of a sync that compared everything."),
      MetricDescription(
        name("sync_partial_proxy_rules_duration_seconds"), .histogram(buckets: syncBuckets),
        "Time of a sync that wrote only what changed."),
      MetricDescription(
        name("sync_proxy_rules_last_timestamp_seconds"), .gauge, "When the last sync succeeded, seconds since 1970."),
      MetricDescription(
        name("sync_proxy_rules_last_queued_timestamp_seconds"), .gauge,
        "When a sync was last asked for, seconds since 1970."),
      MetricDescription(
        name("network_programming_duration_seconds"), .histogram(buckets: programmingBuckets),
        "From the change of a Pod to the rules that follow it."),
      MetricDescription(
        name("sync_proxy_rules_endpoint_changes_pending"), .gauge, "Changes of EndpointSlices that wait."),
      MetricDescription(name("sync_proxy_rules_endpoint_changes_total"), .counter, "Changes of EndpointSlices."),
      MetricDescription(name("sync_proxy_rules_service_changes_pending"), .gauge, "Changes of Services that wait."),
      MetricDescription(name("sync_proxy_rules_service_changes_total"), .counter, "Changes of Services."),
      MetricDescription(
        name("sync_proxy_rules_no_local_endpoints_total"), .gauge,
        "Service ports whose policy Local leaves them without an endpoint on this node."),
      MetricDescription(
        name("sync_proxy_rules_nftables_sync_failures_total"), .counter, "Syncs that the kernel refused."),
      MetricDescription(
        name("sync_proxy_rules_nftables_cleanup_failures_total"), .counter, "Removals that the kernel refused."),
      MetricDescription(
        name("sync_proxy_rules_iptables_restore_failures_total"), .counter, "Syncs that iptables-restore refused."),
      MetricDescription(
        name("sync_proxy_rules_iptables_partial_restore_failures_total"), .counter,
        "Syncs of what changed, not of everything, that iptables-restore refused."),
      MetricDescription(
        name("sync_proxy_rules_iptables_total"), .gauge, "Rules for Services that iptables has."),
      MetricDescription(
        name("sync_proxy_rules_iptables_last"), .gauge, "Rules that the last sync gave to iptables-restore."),
      MetricDescription(invalidDropped, .counter, "Packets dropped because connection tracking calls them invalid."),
      MetricDescription(
        localhostAccepted, .counter, "Packets to node ports on loopback addresses that were accepted."),
      MetricDescription(name("proxy_healthz_total"), .counter, "Answers of /healthz."),
      MetricDescription(name("proxy_livez_total"), .counter, "Answers of /livez."),
      MetricDescription(
        name("conntrack_reconciler_sync_duration_seconds"), .histogram(buckets: syncBuckets),
        "Time of a sweep of connection tracking."),
      MetricDescription(
        name("conntrack_reconciler_deleted_entries_total"), .counter, "Stale connections that were deleted."),
      MetricDescription(
        "svcnat_repairs_total", .counter, "Times that rules were restored which somebody else changed."),
      MetricDescription("svcnat_watch_restarts_total", .counter, "Watches that failed, or began anew."),
      MetricDescription(
        "svcnat_services_set_aside", .gauge, "Services left out because the kernel refuses their rules."),
      MetricDescription(
        "svcnat_commit_duration_seconds",
        .histogram(buckets: MetricDescription.exponentialBuckets(start: 0.00005, factor: 2, count: 18)),
        "Time the kernel took for the transactions of a sync."),
      MetricDescription(
        "svcnat_commit_changes",
        .histogram(buckets: MetricDescription.exponentialBuckets(start: 1, factor: 4, count: 12)),
        "Elements, rules, chains and sets that a sync added and removed."),
      MetricDescription(
        serviceConnections, .counter, "Connections to a service port, first packets sent again included."),
      MetricDescription("svcnat_conntrack_sweep_failures_total", .counter, "Sweeps that left stale connections."),
      MetricDescription(
        "process_cpu_seconds_total", .counter, "Time that this process has spent on processors, in seconds."),
      MetricDescription("process_resident_memory_bytes", .gauge, "Memory of this process that is in RAM."),
      MetricDescription("process_virtual_memory_bytes", .gauge, "Address space of this process."),
      MetricDescription("process_start_time_seconds", .gauge, "When this process began, seconds since 1970."),
      MetricDescription("process_open_fds", .gauge, "Files and sockets that this process has open."),
    ]

    private static func name(_ rest: String) -> String { "kubeproxy_" + rest }

    private static let serviceConnections = "svcnat_service_connections_total"
    private static let invalidDropped = name("iptables_ct_state_invalid_dropped_packets_total")
    private static let localhostAccepted = name("iptables_localhost_nodeports_accepted_packets_total")

    // MARK: - Making

    private func count(_ name: String, by amount: Int = 1, _ labels: [(String, String)] = []) {
      Counter(label: name, dimensions: labels, factory: factory).increment(by: amount)
    }

    private func set(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
      Meter(label: name, dimensions: labels, factory: factory).set(value)
    }

    private func observe(_ name: String, _ duration: Duration, _ labels: [(String, String)] = []) {
      let parts = duration.components
      Timer(label: name, dimensions: labels, factory: factory)
        .recordNanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }

    static func label(_ family: IPFamily) -> (String, String) {
      ("ip_family", family == .ipv4 ? "IPv4" : "IPv6")
    }

    // MARK: - Syncs

    func synced(_ families: [IPFamily], _ duration: Duration, isFull: Bool, at time: Double) {
      for family in families {
        let labels = [Self.label(family)]
        observe(Self.name("sync_proxy_rules_duration_seconds"), duration, labels)
        observe(
          Self.name(isFull ? "sync_full_proxy_rules_duration_seconds" : "sync_partial_proxy_rules_duration_seconds"),
          duration, labels)
        set(Self.name("sync_proxy_rules_last_timestamp_seconds"), time, labels)
      }
      set(Self.name("sync_proxy_rules_endpoint_changes_pending"), 0)
      set(Self.name("sync_proxy_rules_service_changes_pending"), 0)
    }

    func queued(_ families: [IPFamily], at time: Double) {
      for family in families {
        set(Self.name("sync_proxy_rules_last_queued_timestamp_seconds"), time, [Self.label(family)])
      }
    }

    func endpointsChanged(_ changes: Int, pending: Int) {
      count(Self.name("sync_proxy_rules_endpoint_changes_total"), by: changes)
      set(Self.name("sync_proxy_rules_endpoint_changes_pending"), Double(pending))
    }

    func servicesChanged(_ changes: Int, pending: Int) {
      count(Self.name("sync_proxy_rules_service_changes_total"), by: changes)
      set(Self.name("sync_proxy_rules_service_changes_pending"), Double(pending))
    }

    /// - Parameter isPartial: only what changed was to be written.
    func failed(usesIPTables: Bool, isPartial: Bool) {
      if usesIPTables, isPartial { count(Self.name("sync_proxy_rules_iptables_partial_restore_failures_total")) }
      count(
        Self.name(
          usesIPTables
            ? "sync_proxy_rules_iptables_restore_failures_total" : "sync_proxy_rules_nftables_sync_failures_total"))
    }

    func committed(_ changes: Int, _ duration: Duration) {
      observe("svcnat_commit_duration_seconds", duration)
      Recorder(label: "svcnat_commit_changes", factory: factory).record(changes)
    }

    /// - Parameters:
    ///   - table: `nat`
    ///   - written: those that the last sync had to write.
    func iptablesRules(_ family: IPFamily, table: String, total: Int, written: Int) {
      let labels = [Self.label(family), ("table", table)]
      set(Self.name("sync_proxy_rules_iptables_total"), Double(total), labels)
      set(Self.name("sync_proxy_rules_iptables_last"), Double(written), labels)
    }

    func noLocalEndpoints(_ family: IPFamily, _ counts: WatchedDetails.PolicyCounts) {
      let metric = Self.name("sync_proxy_rules_no_local_endpoints_total")
      set(metric, Double(counts.internal), [Self.label(family), ("traffic_policy", "internal")])
      set(metric, Double(counts.external), [Self.label(family), ("traffic_policy", "external")])
    }

    /// - Parameter delays: seconds from changes of Pods to the rules that follow them.
    func programmed(_ family: IPFamily, delays: [Double]) {
      for delay in delays {
        observe(Self.name("network_programming_duration_seconds"), .seconds(delay), [Self.label(family)])
      }
    }

    func cleanupFailed() { count(Self.name("sync_proxy_rules_nftables_cleanup_failures_total")) }

    // MARK: - The rest

    func swept(_ family: IPFamily, deleted: Int, _ duration: Duration) {
      observe(Self.name("conntrack_reconciler_sync_duration_seconds"), duration, [Self.label(family)])
      count(Self.name("conntrack_reconciler_deleted_entries_total"), by: deleted, [Self.label(family)])
    }

    func sweepFailed() { count("svcnat_conntrack_sweep_failures_total") }

    /// - Parameter packets: all that the counter has counted.
    func accounted(_ counter: PacketCounter, _ packets: UInt64) {
      set(counter == .invalidDropped ? Self.invalidDropped : Self.localhostAccepted, Double(packets))
    }

    #if os(Linux)
      /// - Parameter port: nil: all those that are not shown one by one.
      func connected(_ port: ConnectionCounts.ServicePort?, by connections: UInt64) {
        Counter(label: Self.serviceConnections, dimensions: Self.labels(port), factory: factory)
          .increment(by: connections)
      }

      func forgetConnections(_ port: ConnectionCounts.ServicePort) {
        Counter(label: Self.serviceConnections, dimensions: Self.labels(port), factory: factory).destroy()
      }

      /// No Service can have a name with brackets.
      private static func labels(_ port: ConnectionCounts.ServicePort?) -> [(String, String)] {
        [
          ("namespace", port?.service.namespace ?? ""), ("service", port?.service.name ?? "(others)"),
          ("port", port?.port ?? ""),
        ]
      }

      func process(_ figures: ProcessFigures) {
        set("process_cpu_seconds_total", figures.cpuSeconds)
        set("process_resident_memory_bytes", figures.residentBytes)
        set("process_virtual_memory_bytes", figures.virtualBytes)
        set("process_start_time_seconds", figures.startTime)
        set("process_open_fds", Double(figures.openDescriptors))
      }
    #endif

    func repaired() { count("svcnat_repairs_total") }

    func watchRestarted(_ kind: String) { count("svcnat_watch_restarts_total", [("kind", kind)]) }

    private func count(_ name: String, _ labels: [(String, String)]) { count(name, by: 1, labels) }

    func setAside(_ services: Int) { set("svcnat_services_set_aside", Double(services)) }

    func answered(isLivez: Bool, code: Int) {
      count(Self.name(isLivez ? "proxy_livez_total" : "proxy_healthz_total"), [("code", "\(code)")])
    }
  }
#endif
