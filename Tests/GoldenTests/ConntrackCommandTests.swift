#if Netlink && os(Linux)
  import Foundation
  import Testing

  /// `svcnat conntrack` as people call it, in network namespaces of its own.
  @Suite(.enabled(if: RealTools.canRun, "needs Linux, root and network namespaces")) struct ConntrackCommandTests {
    private static let cluster = """
      apiVersion: v1
      kind: Service
      metadata: {name: dns, namespace: shop}
      spec: {clusterIP: 10.96.0.53, ports: [{protocol: UDP, port: 53}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: dns-1, namespace: shop, labels: {kubernetes.io/service-name: dns}}
      addressType: IPv4
      ports: [{protocol: UDP, port: 5353}]
      endpoints: [{addresses: [127.0.0.9], conditions: {ready: true}}]

      """

    /// Runs a script with `$1`, the program, and `$2`, the cluster, in a fresh namespace.
    private func run(_ script: String) throws -> Subprocess {
      let scratch = try TemporaryDirectory()
      defer { scratch.remove() }
      let cluster = scratch.url.appending(path: "cluster.yaml")
      try Data(Self.cluster.utf8).write(to: cluster)
      let unshare = try #require(Subprocess.find("unshare"))
      return try Subprocess(
        unshare, ["--net", "sh", "-c", "ip link set lo up; \(script)", "sh", Subprocess.svcnat.path, cluster.path])
    }

    @Test func findsAndRemovesWhatLeadsNowhere() throws {
      // A connection to the cluster IP, translated to an endpoint that the input does not have.
      let run = try run(
        """
        nft 'add table ip t; add chain ip t out { type nat hook output priority -100; }
          add rule ip t out ip daddr 10.96.0.53 udp dport 53 dnat to 127.0.0.8:5353'
        ip route add 10.96.0.0/16 dev lo
        bash -c 'echo query > /dev/udp/10.96.0.53/53'
        for options in '' '--delete' ''; do
          "$1" conntrack --stale $options --node-name node-1 --node-ip 192.0.2.1 "$2"
          echo "status $?"
        done
        """)
      let lines = run.output.split(separator: "\n")
      let found = lines.filter { $0.contains("10.96.0.53:53") && $0.contains("no serving endpoint 127.0.0.8:5353") }
      #expect(found.count == 2, "\(run.output)\(run.error)")
      #expect(
        lines.filter { $0.hasPrefix("status") } == ["status 1", "status 1", "status 0"], "\(run.output)\(run.error)")
    }

    @Test func asksWhatToLookFor() throws {
      let run = try Subprocess(Subprocess.svcnat, ["conntrack", "cluster.yaml"])
      #expect(run.status == 2)
      #expect(run.error.contains("say what to look for: --stale"))
    }
  }
#endif
