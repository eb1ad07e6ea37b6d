#if Netlink && os(Linux)
  import Foundation
  import KubernetesObjects
  import LivePlan
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import ServicePlan

  struct LiveMeasurements {
    private var live: LiveNode
    /// Some slices, as the source of changes.
    private var slices: [EndpointSlice]
    private var version: UInt64 = 1
    private let objectCounts: (services: Int, slices: Int)

    init(objects: ObjectSet) {
      var configuration = NodeConfiguration(nodeName: "node-00001")
      configuration.nodeIPs = [IPAddress(ipv4: 0xc000_0201)]
      configuration.interfaceAddresses = configuration.nodeIPs
      configuration.detectLocal = .interfaceNamePrefix("cali")
      live = LiveNode(configuration: configuration)
      let start = ContinuousClock.now
      live.replaceServices(with: objects.services.map { Listed($0, resourceVersion: 1) })
      live.replaceSlices(with: objects.slices.map { Listed($0, resourceVersion: 1) })
      let stored = ContinuousClock.now
      _ = live.takeChange()
      let planned = ContinuousClock.now
      objectCounts = (objects.services.count, objects.slices.count)
      let usable = objects.slices.filter { $0.addressType == .ipv4 && $0.endpoints.count > 1 }
      slices = stride(from: 0, to: usable.count, by: max(1, usable.count / 500)).map { usable[$0] }
      print(
        "\(objectCounts.services) Services, \(objectCounts.slices) slices: "
          + "taken note of in \(text(milliseconds(stored - start))) ms, "
          + "planned and lowered in \(text(milliseconds(planned - stored))) ms")
    }

    mutating func run() throws {
      giveMemoryBack()
      print("resident with nothing but what a node keeps: \(residentMegabytes()) MB")
      var connection = try NetlinkConnection()
      for family in live.families {
        if let table = live.table(family) { try connection.update(to: table) }
      }
      try measure("one endpoint replaced", &connection) { slice, round in
        slice.endpoints[round % slice.endpoints.count].address = IPAddress(ipv4: 0x0a80_0000 + UInt32(round))
      }
      try measure("count of endpoints changed", &connection) { slice, round in
        var endpoint = slice.endpoints[0]
        endpoint.address = IPAddress(ipv4: 0x0a90_0000 + UInt32(round))
        if slice.endpoints.count % 2 == 0 { slice.endpoints.append(endpoint) } else { slice.endpoints.removeLast() }
      }
      giveMemoryBack()
      print("resident after the changes: \(residentMegabytes()) MB")
      for family in live.families {
        guard let table = live.table(family) else { continue }
        let update = try connection.update(to: table)
        print("\(family.rawValue): the kernel has what the node takes it to have: \(update.isEmpty)")
      }
    }

    /// From the decoded object to the bytes of the transactions, and to the end of their commits.
    private mutating func measure(
      _ name: String, _ connection: inout NetlinkConnection<NetlinkSocket>,
      _ change: (inout EndpointSlice, _ round: Int) -> Void
    ) throws {
      var prepared: [Double] = []
      var committed: [Double] = []
      var elements = 0
      for round in 0..<2000 {
        let index = round % slices.count
        change(&slices[index], round)
        let slice = slices[index]
        version += 1
        let start = ContinuousClock.now
        live.apply(.slice(slice), resourceVersion: version)
        var transactions: [Transaction] = []
        for family in live.takeChange().families {
          if let table = family.table { transactions += TableUpdate(table).transactions }
        }
        var time = ContinuousClock.now - start
        var total = time
        for transaction in transactions {
          let before = ContinuousClock.now
          let batch = try transaction.prepared()
          let between = ContinuousClock.now
          try connection.commit(batch)
          time += between - before
          total += ContinuousClock.now - before
          elements += transaction.operations.count
        }
        prepared.append(time / .microseconds(1))
        committed.append(total / .microseconds(1))
      }
      print(
        "\(name): prepared in median \(text(percentile(prepared, 0.5))) µs, p99 \(text(percentile(prepared, 0.99))) µs; "
          + "committed in median \(text(percentile(committed, 0.5))) µs, p99 \(text(percentile(committed, 0.99))) µs; "
          + "\(text(Double(elements) / 2000)) operations each")
    }

    // MARK: - Figures

    /// What was read before would count otherwise: the allocator keeps what is free. Swift's Glibc does not know the function.
    private func giveMemoryBack() {
      guard let trim = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "malloc_trim") else { return }
      _ = unsafeBitCast(trim, to: (@convention(c) (Int) -> Int32).self)(0)
    }

    private func residentMegabytes() -> Int {
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
      return (Int(line.filter(\.isNumber)) ?? 0) / 1024
    }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private func percentile(_ values: [Double], _ part: Double) -> Double {
      values.sorted()[min(values.count - 1, Int(Double(values.count) * part))]
    }

    private func text(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.0f", value) }
  }
#endif
