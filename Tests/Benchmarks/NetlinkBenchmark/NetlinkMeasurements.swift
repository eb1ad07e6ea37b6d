#if Netlink && os(Linux)
  import Foundation
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import ServicePlan

  struct NetlinkMeasurements {
    let plan: NodePlan

    init(objects: ObjectSet) {
      var configuration = NodeConfiguration(nodeName: "node-00001")
      configuration.nodeIPs = [IPAddress(ipv4: 0xc000_0201)]
      configuration.interfaceAddresses = configuration.nodeIPs
      configuration.detectLocal = .interfaceNamePrefix("cali")
      plan = ClusterPlanner(configuration: configuration).plan(objects, families: [.ipv4]).plans[0]
    }

    func run() throws {
      var connection = try NetlinkConnection()
      let table = MapsLayout(plan).table()
      let elements = table.sets.reduce(0) { $0 + $1.elements.count }
      print("\(plan.servicePorts.count) service ports, \(elements) elements")
      try load(&connection)
      try nft(table)
      try replaceEndpoint(table, &connection)
      try changeCount(table, &connection)
      try readBack(table, &connection)
    }

    // MARK: - Cold load

    private func load(_ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      var whole: [Double] = []
      var kernel: [Double] = []
      var parts: [String] = []
      var bytes = 0
      for _ in 0..<7 {
        let clock = ContinuousClock()
        let start = clock.now
        let table = MapsLayout(plan).table()
        let lowered = clock.now
        var transaction = Transaction()
        transaction.add(table)
        let prepared = try transaction.prepared()
        let encoded = clock.now
        try connection.commit(prepared)
        let committed = clock.now
        try delete(table.identity, &connection)
        // The kernel's own time: the same bytes once more.
        let again = clock.now
        try connection.commit(prepared)
        kernel.append(milliseconds(clock.now - again))
        try delete(table.identity, &connection)
        whole.append(milliseconds(committed - start))
        parts.append(
          "lowering \(text(milliseconds(lowered - start))), encoding \(text(milliseconds(encoded - lowered))), "
            + "commit \(text(milliseconds(committed - encoded)))")
        bytes = prepared.byteCount
      }
      print("cold load: \(text(median(whole))) ms for \(bytes) bytes; last: \(parts[parts.count - 1])")
      print(
        "  the kernel for the same bytes: \(text(median(kernel))) ms; ratio \(text(median(whole) / median(kernel)))")
    }

    private func delete(_ table: TableIdentity, _ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      var deletion = Transaction()
      deletion.append(table, .deleteTable)
      try connection.commit(deletion)
      // The kernel frees memory later; it should not do so while the next load is timed.
      Thread.sleep(forTimeInterval: 0.3)
    }

    private func nft(_ table: Table) throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "svcnat-benchmark-\(getpid()).nft")
      defer { try? FileManager.default.removeItem(at: file) }
      try Data(TableText.replacing(table)).write(to: file)
      let start = ContinuousClock.now
      let process = try Process.run(URL(filePath: "/usr/bin/env"), arguments: ["nft", "-f", file.path])
      process.waitUntilExit()
      print("nft -f: \(text(milliseconds(.now - start))) ms, status \(process.terminationStatus)")
    }

    // MARK: - Updates

    private func replaceEndpoint(_ table: Table, _ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      guard let set = table.set(named: MapsLayout.SharedSet.endpoints.name), !set.elements.isEmpty else { return }
      var times: [Double] = []
      var current = set.elements[set.elements.count / 2]
      for round in 0..<2000 {
        var data = RegisterBytes()
        data.append(IPAddress(ipv4: 0x0a80_0000 + UInt32(round)))
        data.append(port: 8080)
        var next = current
        next.data = .fields(data)
        let start = ContinuousClock.now
        var (before, after) = (part(of: table, set), part(of: table, set))
        before.sets[0].elements = [current]
        after.sets[0].elements = [next]
        try connection.commit(TableUpdate(from: InstalledTable(before), to: after))
        times.append(milliseconds(.now - start) * 1000)
        current = next
      }
      // As it was.
      var restoration = Transaction()
      restoration.append(table.identity, .deleteElements(set, [current]))
      restoration.append(table.identity, .addElements(set, [set.elements[set.elements.count / 2]]))
      try connection.commit(restoration)
      print("one endpoint replaced: median \(text(median(times))) µs, p99 \(text(percentile(times, 0.99))) µs")
    }

    /// A frontend goes from one chain to another and back.
    private func changeCount(_ table: Table, _ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      guard let set = table.set(named: MapsLayout.SharedSet.serviceIPs.name) else { return }
      // Which chains they are makes no difference; these two are in every table.
      let chains = ["external-cluster", "external-local"]
      guard let element = set.elements.first else { return }
      var times: [Double] = []
      var current = element
      for round in 0..<200 {
        var next = current
        next.data = .verdict(.goto(chains[round % 2]))
        let start = ContinuousClock.now
        var (before, after) = (part(of: table, set), part(of: table, set))
        before.sets[0].elements = [current]
        after.sets[0].elements = [next]
        try connection.commit(TableUpdate(from: InstalledTable(before), to: after))
        times.append(milliseconds(.now - start) * 1000)
        current = next
      }
      // As it was.
      var restoration = Transaction()
      restoration.append(table.identity, .deleteElements(set, [current]))
      restoration.append(table.identity, .addElements(set, [element]))
      try connection.commit(restoration)
      print("count of endpoints changed: median \(text(median(times))) µs, p99 \(text(percentile(times, 0.99))) µs")
    }

    /// The table with one set and no elements.
    private func part(of table: Table, _ set: NamedSet) -> Table {
      var declaration = set
      declaration.elements = []
      return Table(family: table.family, name: table.name, comment: table.comment, sets: [declaration])
    }

    // MARK: - Reading

    private func readBack(_ table: Table, _ connection: inout NetlinkConnection<NetlinkSocket>) throws {
      var times: [Double] = []
      for _ in 0..<3 {
        let start = ContinuousClock.now
        let installed = try connection.table(table.identity)
        let read = milliseconds(.now - start)
        let update = TableUpdate(from: installed, to: table)
        times.append(milliseconds(.now - start))
        print("read back: \(text(read)) ms, and compared: \(text(times[times.count - 1])) ms, same: \(update.isEmpty)")
      }
    }

    // MARK: - Figures

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private func median(_ values: [Double]) -> Double { percentile(values, 0.5) }

    private func percentile(_ values: [Double], _ part: Double) -> Double {
      values.sorted()[min(values.count - 1, Int(Double(values.count) * part))]
    }

    private func text(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.0f", value) }
  }
#endif
