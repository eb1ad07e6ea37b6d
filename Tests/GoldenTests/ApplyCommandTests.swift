#if Netlink && os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// The commands that change the node they run on, each test in a network namespace of its own.
  @Suite(.enabled(if: RealTools.canRun && RealTools.has("nft"), "needs root, network namespaces and nft"))
  struct ApplyCommandTests {
    private static let options =
      "--node-name here --node-ip 192.0.2.11 --cluster-cidr 10.244.0.0/16 --family ipv4 --rollback-dir state in.yaml"

    private static let service = """
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: shop}
      spec: {type: NodePort, clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10], ports: [{port: 80, nodePort: 30080}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
      addressType: IPv4
      ports: [{port: 8080, protocol: TCP, name: ""}]
      endpoints:
      - {addresses: [10.244.1.5], nodeName: here}
      - {addresses: [10.244.2.5], nodeName: there}
      ---
      """

    private static let emptyService = """
      apiVersion: v1
      kind: Service
      metadata: {name: gone, namespace: shop}
      spec: {clusterIP: 10.96.0.11, clusterIPs: [10.96.0.11], ports: [{port: 80}]}
      ---
      """

    /// Runs a script in which `$svcnat` is the program and `$in` what it is given; `is N command` fails the script unless
    /// the command ends with N.
    private func run(_ script: String) throws -> NetworkNamespace.Outcome {
      var outcome = try NetworkNamespace.run(
        """
        PATH=$PATH:/usr/sbin:/sbin svcnat='\(Subprocess.svcnat.path)' in='\(Self.options)'
        is() {
          wanted=$1; shift; seen=0
          "$@" || seen=$?
          [ $seen = $wanted ] || { echo "$*: ended with $seen, not $wanted" >&2; exit 99; }
        }
        sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.all.route_localnet=1
        \(script)
        """, files: ["in.yaml": Self.service + "\n" + Self.emptyService, "less.yaml": Self.service])
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      // What `svcnat compile` says as well.
      outcome.errors = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("warning: shop/gone: ") }.joined(separator: "\n")
      return outcome
    }

    @Test func aSecondRunHasNothingToDo() throws {
      let outcome = try run(
        """
        is 1 $svcnat apply --dry-run $in
        is 0 $svcnat apply --check $in > checked
        nft list tables
        is 0 $svcnat apply $in > applied
        tail -1 applied | sed 's/ in [0-9.]* ms, [0-9.]* ms of it/ in some ms, some/'
        is 0 $svcnat apply --dry-run $in
        is 0 $svcnat apply $in
        nft list table ip svcnat > listed
        nft flush ruleset
        nft -c -f listed
        """)
      // Nothing of `nft list tables`: neither looking nor checking makes a table.
      #expect(
        outcome.output == """
          table ip svcnat: add 1 table, 23 chains, 19 sets, 41 rules, 12 elements
            + shop/gone  10.96.0.11:80/tcp -> reject
            + shop/web  10.96.0.10:80/tcp, node port 30080/tcp -> 2 endpoints
          service ports: 2 to add, 0 to change, 0 to remove
          table ip svcnat: added 1 table, 23 chains, 19 sets, 41 rules, 12 elements in some ms, some in the kernel
          nothing to do
          nothing to do

          """)
      #expect(outcome.errors == "")
    }

    @Test func operationsArePrintedWhenAsked() throws {
      let outcome = try run("is 1 $svcnat apply --dry-run --verbose $in")
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.dropFirst().first == "  add table ip svcnat")
      #expect(lines.contains { $0.hasPrefix("  add rule ip svcnat services ") })
      #expect(lines.last == "service ports: 2 to add, 0 to change, 0 to remove")
    }

    @Test func longPlansAreCutShort() throws {
      let outcome = try run(
        """
        echo >> in.yaml
        for i in $(seq 40); do
          printf 'apiVersion: v1\nkind: Service\nmetadata: {name: s%s}\n' $i
          printf 'spec: {clusterIP: 10.96.1.%s, clusterIPs: [10.96.1.%s], ports: [{port: 80}]}\n---\n' $i $i
        done >> in.yaml
        is 1 $svcnat apply --dry-run $in 2> warned
        """)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 23)
      #expect(
        lines.suffix(2) == [
          "  22 more; --verbose prints them", "service ports: 42 to add, 0 to change, 0 to remove",
        ])
    }

    @Test func connectionsAreCountedWhenAsked() throws {
      let outcome = try run(
        """
        ip link set lo up
        ip route add 10.96.0.0/16 dev lo
        for address in 10.244.1.5 10.244.2.5 192.0.2.11; do ip address add $address/32 dev lo; done
        # Refused by the endpoint: nobody listens. Each is one first packet all the same.
        connect() { bash -c "echo > /dev/tcp/$1/$2" 2> refused || true; }
        is 0 $svcnat apply --counters $in > first
        for i in 1 2 3; do connect 10.96.0.10 80; done
        connect 192.0.2.11 30080
        is 0 $svcnat apply --counters --dry-run $in
        is 0 $svcnat diff --live --node-name here --node-ip 192.0.2.11 --cluster-cidr 10.244.0.0/16 --family ipv4 in.yaml
        is 0 $svcnat show --counters
        is 0 $svcnat show -o yaml --service shop/web | grep connections
        sed -i s/10.244.2.5/10.244.1.5/ in.yaml
        is 0 $svcnat apply --counters $in > fewer
        is 0 $svcnat show --counters --service shop/web | tail -2
        nft list table ip svcnat > listed
        nft flush ruleset
        nft -f listed
        is 0 $svcnat apply --counters --dry-run $in
        is 1 $svcnat apply --dry-run $in | head -1
        is 0 $svcnat apply $in > without
        is 0 $svcnat show --counters | tail -1
        is 2 $svcnat apply --counters --target iptables $in
        """)
      let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
      let backends = "10.244.1.5:8080,10.244.2.5:8080"
      #expect(
        lines == [
          "nothing to do", "no difference; node here, nft-maps", "table ip svcnat, svcnat",
          "SERVICE FRONTEND BACKENDS POLICY CONNECTIONS", "shop/gone 10.96.0.11:80/tcp reject - -",
          "shop/web 10.96.0.10:80/tcp \(backends) - 3", "shop/web node port 30080/tcp \(backends) Cluster 1",
          "connections: 3", "connections: 1",
          // An element whose verdict changes is another one.
          "shop/web 10.96.0.10:80/tcp 10.244.1.5:8080 - 0", "shop/web node port 30080/tcp 10.244.1.5:8080 Cluster 1",
          "nothing to do",
          "table ip svcnat: make it anew: add 1 table, 23 chains, 19 sets, 39 rules, 10 elements; delete 1 table",
          "nobody counts in table ip svcnat; svcnat apply --target nft-maps --counters makes it count",
        ], "\(outcome.output)")
      #expect(
        outcome.errors.contains(
          "error: --counters: the target iptables has nothing that counts; use nft-maps\n"), "\(outcome.errors)")
    }

    @Test func onlyWhatDiffersIsChanged() throws {
      let outcome = try run(
        """
        $svcnat apply $in > first
        sed -i s/10.244.2.5/10.244.2.6/ in.yaml
        is 1 $svcnat apply --dry-run $in
        """)
      #expect(
        outcome.output == """
          table ip svcnat: add 2 elements; delete 2 elements
            ~ shop/web  endpoints +10.244.2.6:8080, -10.244.2.5:8080
          service ports: 0 to add, 1 to change, 0 to remove

          """)
    }

    @Test(arguments: ["nft-maps", "nft-chains", "iptables"])
    func damageIsRepaired(_ target: String) throws {
      let outcome = try run(
        """
        $svcnat apply --target \(target) $in > first
        nft flush ruleset
        is 1 $svcnat apply --target \(target) --dry-run $in > plan
        is 0 $svcnat apply --target \(target) $in > second
        is 0 $svcnat apply --target \(target) --dry-run $in
        """)
      #expect(outcome.output == "nothing to do\n")
    }

    /// A range of sources cannot be in the kernel beside one that it overlaps.
    @Test func allowedSourcesAreNarrowedAndWidened() throws {
      let outcome = try run(
        """
        for ranges in 203.0.0.0/16 203.0.113.0/24 '203.0.113.0/25, 203.0.112.0/24' 203.0.0.0/16 198.51.100.0/24; do
          sed -e "s|type: NodePort|type: LoadBalancer, loadBalancerSourceRanges: [$ranges]|" \\
            -e 's|nodePort: 30080}]}|&\\nstatus: {loadBalancer: {ingress: [{ip: 198.18.0.1}]}}|' less.yaml > in.yaml
          is 0 $svcnat apply $in > applied
          is 0 $svcnat apply --dry-run $in
          nft list set ip svcnat firewall-allowed | grep elements
        done
        """)
      let lines = outcome.output.split(separator: "\n").map {
        $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
      #expect(
        lines.filter { $0 != "nothing to do" }
          == [
            "203.0.0.0/16", "203.0.113.0/24", "203.0.112.0-203.0.113.127", "203.0.0.0/16", "198.51.100.0/24",
          ].map { "elements = { 198.18.0.1 . tcp . 80 . \($0) }" },
        "\(outcome.output)")
      #expect(lines.count == 10)
    }

    /// What somebody did is told by all commands that look, and is mended by the one that changes.
    @Test(
      arguments: [
        ("nft flush ruleset", "no rules for Services are installed", "3 flows change; node here, nft-maps"),
        ("nft delete table ip svcnat", "no rules for Services are installed", "3 flows change; node here, nft-maps"),
        (
          "nft flush chain ip svcnat services", "shop/web 10.96.0.10:80/tcp 10.244.1.5:8080,10.244.2.5:8080 -",
          "2 flows change; node here, nft-maps"
        ),
        (
          "nft flush map ip svcnat endpoints", "shop/web 10.96.0.10:80/tcp none -",
          "2 flows change; node here, nft-maps"
        ),
        (
          "nft add chain ip svcnat junk '{ type filter hook input priority 5; policy drop; }'",
          "shop/web 10.96.0.10:80/tcp 10.244.1.5:8080,10.244.2.5:8080 -",
          "different chain junk: policy drop -> policy accept"
        ),
        (
          "nft add quota ip svcnat much '{ over 1 mbytes; }'", "of nobody: much in table ip svcnat",
          "unexpected object much"
        ),
        (
          "nft add table ip svcnat '{ flags dormant; }'",
          "shop/web 10.96.0.10:80/tcp 10.244.1.5:8080,10.244.2.5:8080 -", "different table: flags dormant -> no flags"
        ),
      ])
    func interferenceIsToldAndMended(_ command: String, shown: String, difference: String) throws {
      let outcome = try run(
        """
        live="--live --node-name here --node-ip 192.0.2.11 --cluster-cidr 10.244.0.0/16 --family ipv4 in.yaml"
        $svcnat apply $in > first
        \(command)
        is 0 $svcnat show
        is 1 $svcnat diff $live 2> said
        grep -v ^note: said || true
        is 1 $svcnat apply --dry-run $in > plan
        is 0 $svcnat apply $in > second
        is 0 $svcnat apply --dry-run $in
        is 0 $svcnat diff $live
        """)
      let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
      #expect(lines.contains(shown), "\(outcome.output)")
      #expect(lines.contains { $0.contains(difference) }, "\(outcome.output)")
      #expect(lines.suffix(2) == ["nothing to do", "no difference; node here, nft-maps"], "\(outcome.output)")
    }

    @Test func junkInTheTableGoes() throws {
      let outcome = try run(
        """
        $svcnat apply $in > first
        nft add chain ip svcnat junk '{ type filter hook input priority 5; policy drop; }'
        nft add element ip svcnat service-ips '{ 10.96.0.99 . tcp . 80 comment "shop/junk" : goto pick-2 }'
        nft add counter ip svcnat hits
        $svcnat show in.yaml
        is 0 $svcnat apply $in > second
        is 0 $svcnat apply --dry-run $in
        nft list counters table ip svcnat
        """)
      #expect(outcome.output.contains("of no known Service: shop/junk 10.96.0.99:80/tcp in table ip svcnat\n"))
      #expect(outcome.output.contains("of nobody: hits in table ip svcnat\n"))
      #expect(outcome.output.hasSuffix("\nnothing to do\n"), "\(outcome.output)")
    }

    @Test(arguments: ["nft-chains", "iptables"])
    func rulesOfKubeProxyAreOnlyReplacedWhenAsked(_ target: String) throws {
      let outcome = try run(
        """
        $svcnat compile --target nft-chains --node-name here --cluster-cidr 10.244.0.0/16 --family ipv4 in.yaml | nft -f -
        is 5 $svcnat apply --target \(target) $in
        is 0 $svcnat apply $in | tail -2
        is 0 $svcnat apply --target \(target) --take-over $in > taken
        is 0 $svcnat apply --target \(target) --dry-run $in
        nft list tables | grep -c svcnat
        true
        """)
      #expect(
        outcome.errors.contains(
          "error: kube-proxy has its rules here: table ip kube-proxy; stop it, and give --take-over to replace them\n"))
      #expect(outcome.errors.contains("[several-proxies]"))
      #expect(outcome.output.hasPrefix("left alone: table ip kube-proxy, of kube-proxy\n"), "\(outcome.output)")
      #expect(outcome.output.hasSuffix("nothing to do\n0\n"))
    }

    @Test(.enabled(if: RealTools.has("iptables-legacy")), arguments: ["legacy", "nft"])
    func iptablesKeepsWhatOthersHave(_ kind: String) throws {
      let outcome = try run(
        """
        iptables-\(kind) -A INPUT -p tcp --dport 22 -j ACCEPT
        iptables-\(kind) -t nat -N KUBE-ROUTER-MINE
        iptables-\(kind) -t nat -A POSTROUTING -j KUBE-ROUTER-MINE
        is 0 $svcnat apply --target iptables $in > first
        is 0 $svcnat apply --target iptables --dry-run $in
        iptables-\(kind)-save | grep -c KUBE-SEP-
        sed -i '/10.244.2.5/d' in.yaml
        is 0 $svcnat apply --target iptables --verbose $in | grep -c 'delete chain KUBE-SEP-'
        iptables-\(kind)-save | grep -c ':KUBE-SEP-'
        iptables-\(kind) -D FORWARD 2
        is 0 $svcnat apply --target iptables $in | grep 'insert into'
        is 0 $svcnat cleanup > gone
        iptables-\(kind)-save | grep -e '^:.* -' -e '^-A'
        """)
      let lines = outcome.output.split(separator: "\n").map(String.init)
      #expect(lines.first == "nothing to do")
      #expect(lines.dropFirst(2).prefix(2) == ["1", "1"])
      #expect(lines[4].hasPrefix("  filter: insert into FORWARD "))
      // kubelet has KUBE-FIREWALL as well.
      #expect(
        Set(lines.dropFirst(5)) == [
          ":KUBE-FIREWALL - [0:0]", "-A INPUT -j KUBE-FIREWALL", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT",
          "-A OUTPUT -j KUBE-FIREWALL", ":KUBE-ROUTER-MINE - [0:0]", "-A POSTROUTING -j KUBE-ROUTER-MINE",
          "-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
        ])
    }

    @Test func cleanupTakesOnlyWhatIsOurs() throws {
      let outcome = try run(
        """
        $svcnat apply $in > first
        nft 'table ip kube-proxy { comment "rules for kube-proxy"; chain services { }; }; table ip mine { }'
        is 1 $svcnat cleanup --dry-run
        is 0 $svcnat cleanup | grep -v ' ms'
        nft list tables
        is 0 $svcnat cleanup --kube-proxy | grep -v ' ms'
        nft list tables
        is 0 $svcnat cleanup
        """)
      let ours = """
        table ip svcnat: delete all of it: delete 1 table, 23 chains, 19 sets, 41 rules, 12 elements
          - shop/gone  10.96.0.11:80/tcp
          - shop/web  10.96.0.10:80/tcp, node port 30080/tcp
        service ports: 0 to add, 0 to change, 2 to remove
        left alone: table ip kube-proxy, of kube-proxy

        """
      #expect(
        outcome.output == ours + ours + """
          table ip kube-proxy
          table ip mine
          table ip kube-proxy: delete all of it: delete 1 table, 1 chain
            delete table ip kube-proxy
          service ports: none changes
          table ip mine
          nothing to do

          """)
    }

    @Test func unconfirmedChangesAreRolledBack() throws {
      let outcome = try run(
        """
        $svcnat apply --target nft-chains $in > first
        is 0 $svcnat apply --rollback-after 1 $in | tail -1
        is 2 $svcnat apply --target iptables --rollback-after 1 $in > refused
        for i in 1 2 3 4 5 6 7 8 9; do [ -z "$(ls state)" ] && break; sleep 1; done
        nft list tables
        is 0 $svcnat apply --target nft-chains --dry-run $in
        is 2 $svcnat confirm --rollback-dir state
        is 0 $svcnat apply --rollback-after 60 $in > second
        is 0 $svcnat confirm --rollback-dir state
        nft list tables
        ls state
        """)
      #expect(
        outcome.output == """
          the former rules come back in 1 second unless svcnat confirm is run
          table ip kube-proxy
          nothing to do
          the rules stay as they are
          table ip svcnat

          """)
      #expect(
        outcome.errors == """
          error: an earlier change still waits: run svcnat confirm, or wait until it is rolled back
          error: there is nothing to confirm: no change waits, or it is rolled back already

          """)
    }

    @Test(arguments: ["nft-maps", "nft-chains", "iptables"])
    func showTellsWhatIsInstalled(_ target: String) throws {
      let outcome = try run(
        """
        is 0 $svcnat show
        $svcnat apply --target \(target) $in > first
        is 0 $svcnat show less.yaml
        is 0 $svcnat show -o json --service shop/web > shown.json
        is 0 $svcnat show -o yaml --service shop/web | grep -A3 backends
        """)
      let policy = target == "nft-maps" ? "-" : "Cluster"
      let lines = outcome.output.split(separator: "\n").map { line in
        line.split(separator: " ").joined(separator: " ")
      }
      #expect(lines.first == "no rules for Services are installed")
      #expect(
        lines.dropFirst(2).prefix(4) == [
          "SERVICE FRONTEND BACKENDS POLICY", "shop/gone 10.96.0.11:80/tcp reject -",
          "shop/web 10.96.0.10:80/tcp 10.244.1.5:8080,10.244.2.5:8080 \(policy)",
          "shop/web node port 30080/tcp 10.244.1.5:8080,10.244.2.5:8080 Cluster",
        ])
      #expect(lines[6].hasPrefix("of no known Service: shop/gone 10.96.0.11:80/tcp in "))
      #expect(lines.dropFirst(7).prefix(3) == ["backends:", "- \"10.244.1.5:8080\"", "- \"10.244.2.5:8080\""])
    }

    @Test func preflightSaysWhatToDo() throws {
      let outcome = try run(
        """
        is 0 $svcnat preflight --family ipv4
        sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.disable_ipv6=1 net.ipv4.conf.all.route_localnet=0
        ip link add wire type veth peer name other
        sysctl -qw net.ipv4.conf.wire.rp_filter=1
        iptables-nft -P FORWARD DROP
        is 1 $svcnat preflight
        is 1 $svcnat preflight --target iptables --family ipv4
        """)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.first == "nothing found")
      let kinds = lines.dropFirst().map { $0.split(separator: " ").last ?? "" }
      #expect(
        kinds == [
          "[forwarding-off]", "[ipv6-disabled]", "[forward-policy-drop]", "[strict-reverse-path]",
          "[forwarding-off]", "[strict-reverse-path]", "[local-node-ports]",
        ])
      #expect(
        lines.contains(
          "the policy of FORWARD in iptables-nft is DROP, and rules of nftables cannot accept what another table drops; run iptables-nft -P FORWARD ACCEPT, or add rules there that accept traffic of pods [forward-policy-drop]"
        ))
    }

    @Test func troubleHasItsOwnExitCodes() throws {
      let outcome = try run(
        """
        is 3 setpriv --reuid 65534 --clear-groups $svcnat show
        is 2 $svcnat apply --netns svcnat-no-such-namespace $in
        is 2 $svcnat apply --rollback-after 0 $in
        is 2 $svcnat apply missing.yaml
        is 2 $svcnat apply
        is 2 $svcnat show -o xml
        nft list ruleset
        """)
      #expect(outcome.output == "")
      for words in [
        "error: reading the generation of the rules: not permitted; run it as root or with CAP_NET_ADMIN\n",
        "error: network namespace svcnat-no-such-namespace cannot be entered: No such file or directory\n",
        "--rollback-after: 0 is no number of seconds", "missing.yaml: no such file or directory",
        "no input: name files", "xml",
      ] {
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
    }

    @Test func namespacesAreEntered() throws {
      let name = "svcnat-\(UUID().uuidString.prefix(8))"
      let outcome = try run(
        """
        ip netns add \(name)
        trap 'ip netns delete \(name)' EXIT
        $svcnat apply --netns \(name) $in > applied 2> warned
        nft list tables
        ip netns exec \(name) nft list tables
        """)
      #expect(outcome.output == "table ip svcnat\n")
    }
  }
#endif
