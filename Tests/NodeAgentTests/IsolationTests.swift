#if Agent && os(Linux)
  import Foundation
  import KernelFlows
  import KubernetesObjects
  import NFTables
  import NetworkAddresses
  import NodeProgramming
  import RuleTargets
  import Synchronization
  import Testing

  @testable import NodeAgent

  /// When the kernel refuses something, the rest goes in all the same.
  @Suite(.serialized, .enabled(if: KernelSupport.isUsable, Comment(rawValue: KernelSupport.need)))
  struct IsolationTests {
    private static func start(_ refusal: Refusal) throws -> RunningLoop {
      let node = try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
      return try RunningLoop(.hasty(), on: node) { RefusingKernel($0, refusal) }
    }

    private static func without(_ service: String, _ objects: ObjectSet) -> ObjectSet {
      var objects = objects
      objects.services.removeAll { $0.name.name == service }
      return objects
    }

    @Test func theOthersGoInAtTheStart() throws {
      let refusal = Refusal()
      refusal.words.withLock { $0 = "10.96.0.10" }
      let loop = try Self.start(refusal)
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(Self.without("web", objects))
      #expect(loop.log.contains("shop/web: left out, because the kernel refuses its rules"), "\(loop.log.lines)")
      #expect(!loop.log.contains("shop/dns: left out"))
      #expect(loop.metric("svcnat_services_set_aside") == 1)
      try loop.expect("the rest counts as up to date") { loop.health.report().lastUpdated != nil }
      // It is tried again by itself.
      refusal.words.withLock { $0 = nil }
      try loop.expectRight(objects)
      try loop.stop()
    }

    @Test func othersChangeMeanwhile() throws {
      let refusal = Refusal()
      let loop = try Self.start(refusal)
      var objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      refusal.words.withLock { $0 = "10.96.0.77" }
      let added = try SmallCluster.objects(
        SmallCluster.service("bad", "10.96.0.77") + "---\n" + SmallCluster.service("good", "10.96.0.78"))
      for service in added.services { loop.post(.change(.service(service), resourceVersion: nil)) }
      objects.services += added.services
      try loop.expectRight(Self.without("bad", objects))
      #expect(loop.log.contains("shop/bad: left out"))
      // Mended by its owner.
      let mended = try SmallCluster.objects(SmallCluster.service("bad", "10.96.0.79")).services[0]
      objects = Self.without("bad", objects)
      objects.services.append(mended)
      loop.post(.change(.service(mended), resourceVersion: nil))
      try loop.expectRight(objects)
      try loop.stop()
    }

    /// What was there stays while nothing goes in; the agent says that it is not up to date.
    @Test func aKernelThatRefusesEverythingLosesNothing() throws {
      let refusal = Refusal()
      let loop = try Self.start(refusal)
      let objects = try SmallCluster.objects
      loop.post(objects)
      try loop.expectRight(objects)
      refusal.words.withLock { $0 = "" }
      loop.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      try loop.expect("it complains") { !loop.health.report().isHealthy }
      #expect(try loop.isRight(objects))
      #expect(loop.metric("kubeproxy_sync_proxy_rules_nftables_sync_failures_total") ?? 0 > 0)
      refusal.words.withLock { $0 = nil }
      try loop.expectRight(Self.without("web", objects))
      try loop.expect("healthy again") { loop.health.report().isHealthy }
      try loop.stop()
    }
  }

  /// What a kernel refuses: rules with these words in them; nil: none.
  private final class Refusal: Sendable {
    let words = Mutex<String?>(nil)
  }

  private struct Refused: Error, CustomStringConvertible {
    var description: String
  }

  /// A kernel that refuses on demand.
  private final class RefusingKernel: PassingKernel {
    private let refusal: Refusal

    init(_ kernel: LinuxKernel, _ refusal: Refusal) {
      self.refusal = refusal
      super.init(kernel)
    }

    private func refuse(_ text: () -> String) throws {
      guard let words = refusal.words.withLock({ $0 }) else { return }
      if words.isEmpty || text().contains(words) { throw Refused(description: "add element: \(words): EINVAL") }
    }

    override func program(_ rules: [CompiledRules], _ target: RuleTarget) throws -> ProgrammedRules {
      try refuse { rules.map { String(decoding: $0.text(), as: UTF8.self) }.joined() }
      return try super.program(rules, target)
    }

    override func check(_ rules: [CompiledRules], _ target: RuleTarget) throws {
      try refuse { rules.map { String(decoding: $0.text(), as: UTF8.self) }.joined() }
      try super.check(rules, target)
    }

    override func commit(_ change: TableChange) throws -> ProgrammedRules {
      // Whatever it is: the loop has to find out what it was.
      if let words = refusal.words.withLock({ $0 }) { throw Refused(description: "add element: \(words): EINVAL") }
      return try super.commit(change)
    }
  }
#endif
