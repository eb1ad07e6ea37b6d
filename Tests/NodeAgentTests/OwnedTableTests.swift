#if Agent && os(Linux)
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets
  import SystemPrograms
  import Testing

  @testable import NodeAgent

  /// An agent whose tables nobody else can change.
  @Suite(.serialized, .enabled(if: KernelSupport.canOwnTables, "needs Linux 6.9, root, ip and nft"))
  struct OwnedTableTests {
    private static func configuration(_ target: RuleTarget = .nftMaps) -> AgentConfiguration {
      var configuration = AgentConfiguration.hasty(target)
      configuration.ownsTables = true
      return configuration
    }

    private static func bareNode() throws -> KernelNode {
      try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
    }

    private static func start(_ configuration: AgentConfiguration, on node: KernelNode) throws -> RunningLoop {
      let loop = try RunningLoop(configuration, on: node)
      loop.post(try SmallCluster.objects)
      try loop.expectRight(try SmallCluster.objects)
      try loop.drain()
      return loop
    }

    /// Has nft do something in the namespace of a node.
    private static func nft(_ node: KernelNode, _ command: String) throws {
      try node.perform { _ = try SystemProgram("nft").run(["-f", "-"], input: (command + "\n").utf8) }
    }

    private static func table(_ node: KernelNode, _ target: RuleTarget = .nftMaps) throws -> InstalledTable? {
      try node.perform {
        var connection = try NetlinkConnection()
        for place in RulePlace.all where place.target == target {
          if let identity = place.table(.ipv4) { return try connection.table(identity) }
        }
        return nil
      }
    }

    @Test(arguments: [RuleTarget.nftMaps, .nftChains])
    func othersCannotChangeIt(_ target: RuleTarget) throws {
      let node = try Self.bareNode()
      var configuration = Self.configuration(target)
      configuration.cleansUpOnExit = true
      let loop = try Self.start(configuration, on: node)
      let before = try #require(try Self.table(node, target))
      #expect(before.flags == [.owner, .persist])
      let name = "ip \(before.table.name)"
      try Self.nft(node, "add table ip other")
      try Self.nft(node, "flush ruleset")
      for command in [
        "delete table \(name)", "flush chain \(name) services", "add chain \(name) junk",
        "add rule \(name) services drop", "add table \(name) { flags dormant; }",
      ] {
        #expect(throws: SystemProgramError.self, "\(command)") { try Self.nft(node, command) }
      }
      let after = try #require(try Self.table(node, target))
      #expect(after.table == before.table && after.ruleHandles == before.ruleHandles)
      #expect(after.flags == before.flags && after.owner == before.owner)

      // It goes on: element by element, whole tables, and at its end.
      var objects = try SmallCluster.objects
      let slice = try #require(try SmallCluster.objects(SmallCluster.slice("web", ["10.244.1.6"])).slices.first)
      let place = try #require(objects.slices.firstIndex { $0.name == slice.name })
      objects.slices[place] = slice
      loop.post(.change(.slice(slice), resourceVersion: nil))
      try loop.expectRight(objects)
      objects.services.removeAll { $0.name == SmallCluster.namespacedWeb }
      loop.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      loop.mailbox.post(.reconfigure(configuration))
      try loop.expectRight(objects)
      try loop.expect("all is compared") { loop.log.contains("configuration read anew") }
      try loop.drain()
      #expect(loop.metric("svcnat_repairs_total") == 0)
      #expect(!loop.log.lines.contains { $0.hasPrefix("error") }, "\(loop.log.lines)")
      try loop.stop()
      #expect(try Self.table(node, target) == nil)
    }

    @Test func theNextOneGoesOnWithIt() throws {
      let node = try Self.bareNode()
      try Self.start(Self.configuration(), on: node).stop()
      let left = try #require(try Self.table(node))
      #expect(left.owner == nil && left.flags == .persist)

      // With the option.
      let owner = try Self.start(Self.configuration(), on: node)
      try owner.expect("it is owned") { try Self.table(node)?.owner != nil }
      #expect(try Self.table(node)?.ruleHandles == left.ruleHandles)
      #expect(owner.log.contains("properties, committed in"), "\(owner.log.lines)")
      try owner.stop()

      // Without it.
      let generation = try owner.generation()
      let other = try Self.start(.hasty(), on: node)
      #expect(try other.generation() == generation)
      other.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      var objects = try SmallCluster.objects
      objects.services.removeAll { $0.name == SmallCluster.namespacedWeb }
      try other.expectRight(objects)
      try Self.nft(node, "flush chain ip svcnat services")
      try other.expect("it is restored") { other.log.contains("changed the rules; restored:") }
      try other.expectRight(objects)
      try other.stop()
    }

    @Test func aTableMadeWithoutIsMadeAnew() throws {
      let node = try Self.bareNode()
      try Self.start(.hasty(), on: node).stop()
      #expect(try Self.table(node)?.flags == [])
      let loop = try Self.start(Self.configuration(), on: node)
      #expect(try Self.table(node)?.flags == [.owner, .persist])
      try loop.stop()
    }

    /// It does not take what is another's, and waits until that one ends.
    @Test func twoDoNotFight() throws {
      let node = try Self.bareNode()
      let first = try Self.start(Self.configuration(), on: node)
      let owner = try #require(try Self.table(node)?.owner)
      let second = try RunningLoop(Self.configuration(), on: node)
      second.post(try SmallCluster.objects)
      try second.expect("it says whose the table is") {
        second.log.contains("table ip svcnat belongs to") && second.log.contains("(process \(getpid()))")
      }
      #expect(try Self.table(node)?.owner == owner)
      try first.stop()
      try second.expect("it has it now") {
        let table = try Self.table(node)
        return table?.owner != nil && table?.owner != owner
      }
      try second.expectRight(try SmallCluster.objects)
      try second.stop()
    }

    /// No Service is left out because of them.
    @Test func errorsThatAreNoServicesFaultAreTold() {
      let isolation = IsolatedServices()
      let operation = "add element ip svcnat service-ips"
      func isHopeless(_ code: Int32) -> Bool {
        isolation.isHopeless(ProgrammingError.refused(NetlinkError(operation, .refused(code: code))))
      }
      for code in [ENOMEM, ENOBUFS] { #expect(isHopeless(code), "\(code)") }
      for code in [EINVAL, EEXIST, ENOENT] { #expect(!isHopeless(code), "\(code)") }
      #expect(isolation.isHopeless(ProgrammingError.notPermitted(operation: operation)))
      #expect(isolation.isHopeless(ProgrammingError.ownedByProcess(table: "table ip svcnat", port: 7, process: nil)))
    }
  }
#endif
