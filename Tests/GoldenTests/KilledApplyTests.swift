#if Netlink && os(Linux)
  import Foundation
  import Glibc
  import KernelFlows
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import ServicePlan
  import TestSupport
  import Testing

  /// `svcnat apply` is killed while it programs the kernel. What it leaves is a state between two of its transactions, packets
  /// end at endpoints all the same, and the next run finishes the work.
  ///
  /// `SVCNAT_KILLS` says how often; with it set, the states that were left are printed.
  @Suite(.serialized, .enabled(if: RealTools.canRun && RealTools.has("nft"), "needs root, network namespaces and nft"))
  struct KilledApplyTests {
    private static let kills = ProcessInfo.processInfo.environment["SVCNAT_KILLS"].flatMap(Int.init)

    /// Services that both inputs have, with other endpoints.
    private static let services = 150

    /// A Service with a load balancer, whose allowed sources overlap those of the other input.
    private static let filtered = 200

    @Test func whatIsLeftServesAndIsRepaired() throws {
      let directory = try TemporaryDirectory()
      defer { directory.remove() }
      for (name, isSecond) in [("first.yaml", false), ("second.yaml", true)] {
        try Self.input(isSecond).write(
          to: directory.url.appending(path: name), atomically: false, encoding: .utf8)
      }
      let node = try Self.node()
      let model = try Self.node()
      let apply = Apply(directory: directory.url)
      let targets = try ["first.yaml", "second.yaml"].map { name in
        try node.perform { try apply.finish(name) }
        return try #require(try Self.installed(node)).table
      }
      let time = try node.perform { try apply.measure("first.yaml") }

      var random = SeededNumbers(seed: UInt64(Self.kills ?? 20))
      var left: [String: Int] = [:]
      for round in 0..<(Self.kills ?? 20) {
        let target = (round + 1) % 2
        let name = ["first.yaml", "second.yaml"][target]
        if random.chance(10) { try node.perform { try Self.deleteTable() } }
        let before = try Self.installed(node)
        let delay = random.number(0...(2 * time))
        try node.perform { try apply.kill(name, after: delay) }

        let state = try Self.installed(node)
        let legal = try model.perform { try Self.states(from: before?.table, to: targets[target]) }
        let found = legal.firstIndex { Self.areEqual($0, state?.table) }
        #expect(found != nil, "a state that no transaction leaves")
        left[found.map { "after \($0) of \(legal.count - 1) transactions" } ?? "unknown", default: 0] += 1
        // The first run leaves nothing at all until it leaves everything.
        if state != nil { try Self.send(to: node) }

        try node.perform { try apply.finish(name) }
        let repaired = try Self.installed(node)
        #expect(Self.areEqual(repaired?.table, targets[target]))
      }
      if Self.kills != nil { print(left.sorted { $0.key < $1.key }) }
      #expect(left["unknown"] == nil)
    }

    // MARK: - Packets

    private static let address = IPAddress("192.0.2.11")

    private static func node() throws -> KernelNode {
      try KernelNode(NodeLayout(addresses: [#require(address)]))
    }

    /// Each of these Services has endpoints before and after.
    private static func send(to node: KernelNode) throws {
      let frontends = [1, 2, 3, services].map { ($0, clusterIP($0)) } + [(filtered, "198.18.0.1")]
      for (number, frontend) in frontends {
        let packet = FlowPacket(
          from: .external, try #require(IPAddress("203.0.113.9")), to: try #require(IPAddress(frontend)), .tcp,
          port: 80)
        let counts = try node.distribution(to: packet, packets: 8)
        #expect(counts.values.reduce(0, +) == 8, "Service \(number)")
        let prefix = "10.244.\(number)."
        #expect(counts.keys.allSatisfy { $0.description.hasPrefix(prefix) }, "Service \(number): \(counts)")
      }
    }

    // MARK: - Tables

    private static func installed(_ node: KernelNode) throws -> InstalledTable? {
      try node.perform {
        var connection = try NetlinkConnection()
        return try connection.table(TableIdentity(.ipv4, MapsLayout.tableName))
      }
    }

    private static func deleteTable() throws {
      var connection = try NetlinkConnection()
      var transaction = Transaction()
      transaction.append(TableIdentity(.ipv4, MapsLayout.tableName), .deleteTable)
      try connection.commit(transaction)
    }

    /// What is there before, between and behind the transactions of an update.
    private static func states(from old: Table?, to new: Table) throws -> [Table?] {
      var connection = try NetlinkConnection()
      var transaction = Transaction()
      if let old {
        transaction.replace(old)
        try connection.commit(transaction)
      } else if try connection.table(new.identity) != nil {
        try deleteTable()
      }
      var states = [old]
      for transaction in TableUpdate(from: try connection.table(new.identity), to: new).transactions {
        try connection.commit(transaction)
        states.append(try connection.table(new.identity)?.table)
      }
      return states
    }

    private static func areEqual(_ a: Table?, _ b: Table?) -> Bool {
      guard let a, let b else { return a == nil && b == nil }
      return TableComparison.differences(from: a, to: b).isEmpty
    }

    // MARK: - Inputs

    private static func clusterIP(_ number: Int) -> String { "10.96.0.\(number)" }

    /// Every Service has endpoints in both inputs: others, more, or fewer; some Services are in one of them only.
    private static func input(_ isSecond: Bool) -> String {
      var text = ""
      for number in 1...services {
        let count = isSecond ? 1 + number % 5 : 1 + (number + 2) % 5
        let last = (0..<count).map { $0 + (isSecond ? number % 3 : 1) + 1 }
        text += service(number, last)
      }
      for number in (isSecond ? 160...180 : 170...190) { text += service(number, [1, 2]) }
      return text + service(filtered, [1, 2], ranges: isSecond ? "203.0.0.0/16" : "203.0.113.0/24, 203.0.115.0/24")
    }

    private static func service(_ number: Int, _ endpoints: [Int], ranges: String? = nil) -> String {
      let exposed = ranges.map { ", type: LoadBalancer, loadBalancerSourceRanges: [\($0)]" } ?? ""
      return """
        apiVersion: v1
        kind: Service
        metadata: {name: s\(number), namespace: test}
        spec: {clusterIP: \(clusterIP(number)), clusterIPs: [\(clusterIP(number))], ports: [{port: 80}]\(exposed)}
        status: {loadBalancer: {ingress: [\(ranges == nil ? "" : "{ip: 198.18.0.1}")]}}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: s\(number)-1, namespace: test, labels: {kubernetes.io/service-name: s\(number)}}
        addressType: IPv4
        ports: [{port: 8080, protocol: TCP, name: ""}]
        endpoints: [\(endpoints.map { "{addresses: [10.244.\(number).\($0)]}" }.joined(separator: ", "))]
        ---

        """
    }
  }

  /// Runs `svcnat apply` in the network namespace of the calling thread.
  private struct Apply: Sendable {
    var directory: URL

    /// - Throws: if it fails.
    func finish(_ input: String) throws {
      let status = try run(input) { _ in }.status
      guard status == 0 else { throw POSIXError(.ECANCELED) }
    }

    /// How many microseconds it programs the kernel, as it says.
    func measure(_ input: String) throws -> Int {
      let line = try run(input) { _ in }.output.split(separator: "\n").last ?? ""
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "in"), let milliseconds = Double(words[place + 1]) else {
        throw POSIXError(.EBADMSG)
      }
      return Int(milliseconds * 1000)
    }

    /// Kills it so many microseconds after it has printed the plan.
    func kill(_ input: String, after delay: Int) throws {
      _ = try run(input) { process in
        usleep(UInt32(delay))
        Glibc.kill(process, SIGKILL)
      }
    }

    /// - Parameter whenPlanned: called when the plan is printed; programming comes next.
    /// - Returns: the status as `waitpid` gives it.
    private func run(_ input: String, whenPlanned: (pid_t) -> Void) throws -> (status: Int32, output: String) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
      defer { close(ends[0]) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
      for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
      let arguments = [
        Subprocess.svcnat.path, "apply", "--node-name", "here", "--node-ip", "192.0.2.11", "--cluster-cidr",
        "10.244.0.0/16", "--family", "ipv4", "--target", "nft-maps", directory.appending(path: input).path,
      ]
      var words = arguments.map { strdup($0) } + [nil]
      defer { for word in words { free(word) } }
      var process = pid_t()
      let code = posix_spawn(&process, Subprocess.svcnat.path, &actions, nil, &words, environ)
      close(ends[1])
      guard code == 0 else { throw POSIXError(.ENOEXEC) }
      var bytes = [UInt8](repeating: 0, count: 4096)
      var text: [UInt8] = []
      var isPlanned = false
      while true {
        let count = read(ends[0], &bytes, bytes.count)
        guard count > 0 else { break }
        text += bytes[0..<count]
        if !isPlanned, String(decoding: text, as: UTF8.self).contains("service ports: ") {
          isPlanned = true
          whenPlanned(process)
        }
      }
      var status: Int32 = 0
      waitpid(process, &status, 0)
      return (status, String(decoding: text, as: UTF8.self))
    }
  }
#endif
