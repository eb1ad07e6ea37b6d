#if Agent && os(Linux)
  import Foundation
  import KernelFlows
  import NetworkAddresses
  import NodeProgramming
  import SystemPrograms
  import Testing

  @testable import NodeAgent

  /// kube-proxy's figures of its iptables mode (MET-2).
  @Suite(
    .serialized,
    .enabled(if: KernelSupport.isUsable && KernelNode.obstacle(needsIPTables: true) == nil, "needs iptables"))
  struct IPTablesMetricsTests {
    private static func rules(_ metric: String, _ table: String) -> String {
      "kubeproxy_sync_proxy_rules_iptables_\(metric){ip_family=\"IPv4\",table=\"\(table)\"}"
    }

    @Test func rulesAndPacketsAreCounted() throws {
      var configuration = AgentConfiguration.hasty(.iptables, nodePortAddresses: ["192.0.2.0/24", "127.0.0.0/8"])
      configuration.counterPeriod = .milliseconds(5)
      // Only what changes is to be looked at.
      configuration.syncPeriod = .seconds(3600)
      let node = try KernelNode(NodeLayout(addresses: [try #require(IPAddress("192.0.2.11"))]))
      let faults = Faults()
      let loop = try RunningLoop(configuration, on: node) { FaultyKernel($0, faults) }
      let service = SmallCluster.service("np", "10.96.0.20", port: 53, transport: "UDP", more: ", type: NodePort")
        .replacing("port: 53}", with: "port: 53, nodePort: 30053}")
      let slice = SmallCluster.slice("np", ["192.0.2.11"], transport: "UDP")
      loop.post(try SmallCluster.objects(SmallCluster.text, "---\n" + service, "---\n" + slice))
      let localhost = "kubeproxy_iptables_localhost_nodeports_accepted_packets_total"
      let invalid = "kubeproxy_iptables_ct_state_invalid_dropped_packets_total"
      try loop.expect("counters are there") { loop.metric(localhost) == 0 && loop.metric(invalid) == 0 }
      let saved = try node.perform {
        String(decoding: try SystemProgram("iptables-save").run([]), as: UTF8.self)
      }
      // iptables 1.8.9 writes two spaces.
      #expect(saved.contains(/--nfacct-name +ct_state_invalid_dropped_pkts/))
      for table in ["nat", "filter"] {
        let marker = "*\(table)\n"
        let text = saved.split(separator: "COMMIT").first { $0.contains(marker) } ?? ""
        let rules = text.split(separator: "\n").count { $0.hasPrefix("-A ") }
        #expect(loop.metric(Self.rules("total", table)) == Double(rules), "\(table)")
        #expect(loop.metric(Self.rules("last", table)) == Double(rules), "\(table)")
      }
      try node.perform {
        _ = try SystemProgram("bash").run(["-c", "for i in 1 2 3; do echo > /dev/udp/127.0.0.1/30053; done"])
      }
      try loop.expect("packets to loopback addresses are counted") { loop.metric(localhost) == 3 }
      // A change writes little.
      let changed = try #require(try SmallCluster.objects(SmallCluster.slice("web", ["10.244.1.77"])).slices.first)
      loop.post(.change(.slice(changed), resourceVersion: nil))
      try loop.expect("only what changed is written") {
        let (total, last) = (loop.metric(Self.rules("total", "nat")), loop.metric(Self.rules("last", "nat")))
        // Zero where the news of it was looked into already.
        return try #require(last) < #require(total) / 2
      }
      // And where that fails it was a part.
      let partial = "kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total"
      #expect(loop.metric(partial) == 0)
      faults.failProgramming(
        1, .program(.failed(command: "iptables-nft-restore", status: 1, output: "line 7 failed")))
      loop.post(.change(.deletedService(SmallCluster.namespacedWeb), resourceVersion: nil))
      try loop.expect("it is counted") { loop.metric(partial) == 1 }
      #expect(loop.metric("kubeproxy_sync_proxy_rules_iptables_restore_failures_total") == 1)
      try loop.stop()
    }
  }
#endif
