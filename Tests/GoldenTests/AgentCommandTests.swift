#if Agent && os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// `svcnat agent` as it is run, each test in a network namespace of its own.
  @Suite(.enabled(if: RealTools.canRun && RealTools.has("nft"), "needs root, network namespaces and nft"))
  struct AgentCommandTests {
    private static let node = """
      apiVersion: v1
      kind: Node
      metadata: {name: here}
      spec: {podCIDRs: [10.244.1.0/24]}
      status: {addresses: [{type: InternalIP, address: 192.0.2.11}]}
      """

    /// `$1` is the name, `$2` the last number of its cluster IP, the rest are endpoints.
    private static let service = #"""
      service() {
        name=$1 number=$2; shift 2; endpoints=
        for address in "$@"; do endpoints="$endpoints{addresses: [$address], conditions: {ready: true}, nodeName: here}, "; done
        cat >objects/.$name <<END
      apiVersion: v1
      kind: Service
      metadata: {name: $name, namespace: shop}
      spec: {clusterIP: 10.96.0.$number, clusterIPs: [10.96.0.$number], ports: [{port: 80}]}
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata: {name: $name-1, namespace: shop, labels: {kubernetes.io/service-name: $name}}
      addressType: IPv4
      ports: [{port: 8080}]
      endpoints: [$endpoints]
      END
        mv objects/.$name objects/$name.yaml
      }
      """#

    /// Runs a script in which `agent` starts an agent on the manifests in `objects`.
    private func run(_ script: String, files: [String: String] = [:]) throws -> String {
      var files = files
      files["node.yaml"] = Self.node
      let outcome = try NetworkNamespace.run(
        """
        exec 2>&1
        PATH=$PATH:/usr/sbin:/sbin svcnat='\(Subprocess.svcnat.path)'
        ip link set lo up
        ip address add 192.0.2.11/32 dev lo
        mkdir objects && cp node.yaml objects
        touch log
        \(Self.service)
        agent() {
          "$svcnat" agent --source objects --node-name here --family ipv4 --min-sync-period 0 "$@" >>log 2>&1 &
          pid=$!
        }
        fail() { echo "FAILED: $*"; cat log; kill -KILL $pid; exit 99; }
        # Waits until a command succeeds.
        comes() {
          for attempt in $(seq 600); do
            if eval "$1" >/dev/null 2>&1; then return; fi
            sleep 0.05
          done
          fail "never: $1"
        }
        has() { nft list ruleset | grep -q "$1"; }
        get() { bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0; printf "GET $1 HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3' $1 $2; }
        ended() { ! kill -0 $pid; }
        \(script)
        """, files: files)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      return outcome.output
    }

    @Test func itFollowsADirectory() throws {
      let output = try run(
        """
        service web 10 10.244.1.5 10.244.1.6
        agent
        comes 'has 10.96.0.10'
        service web 10 10.244.1.5
        comes '! has 10.244.1.6'
        service more 11 10.244.1.9
        comes 'has 10.96.0.11'
        rm objects/more.yaml
        comes '! has 10.96.0.11'
        echo 'kind: [' >objects/broken.yaml
        comes 'grep -q broken.yaml log'
        has 10.96.0.10 || fail 'a broken file took rules away'
        nft delete table ip svcnat
        comes 'has 10.96.0.10'
        comes 'grep -q "changed the rules; restored" log'
        for path in healthz livez; do get 10256 /$path | tee -a answers | grep -q '200 OK' || fail $path; done
        get 10249 /proxyMode
        echo
        get 10249 /metrics | grep '^svcnat_repairs_total'
        get 10249 /configz | tail -1 >configz
        grep -q '"minSyncPeriod":"0s"' configz && grep -q '"target":"nft-maps"' configz || fail "$(cat configz)"
        get 10249 /nothing | head -1
        kill -TERM $pid
        wait $pid
        echo "ended with $?"
        has 10.96.0.10 && echo 'the rules stay'
        agent
        comes 'grep -q "nothing had to be written" log'
        kill -INT $pid
        wait $pid
        cat log
        """)
      #expect(output.contains("\nnftables\n"))
      #expect(output.contains("svcnat_repairs_total 1\n"))
      #expect(output.contains("HTTP/1.0 404") || output.contains("HTTP/1.1 404"))
      #expect(output.contains("ended with 0\nthe rules stay\n"))
      #expect(output.contains("shop/web: endpoint 10.244.1.6:8080 gone, 1 remain"))
      #expect(output.contains("node here, target nft-maps, IPv4, manifests in objects"))
      #expect(output.contains("nft (process"))
    }

    @Test func itReadsItsConfigurationAnew() throws {
      let output = try run(
        """
        echo '{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, qps: 1}' >config
        service web 10 10.244.1.5
        agent --config config
        comes 'has 10.96.0.10'
        echo '{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: x}' >config
        kill -HUP $pid
        comes 'grep -q "the configuration stays as it is" log'
        echo '{apiVersion: kubeproxy.config.k8s.io/v1alpha1, kind: KubeProxyConfiguration, clusterCIDR: 10.77.0.0/16}' >config
        kill -HUP $pid
        comes 'has 10.77.0.0/16'
        kill -TERM $pid
        wait $pid
        cat log
        """)
      #expect(output.contains("\"qps\" is not a field of KubeProxyConfiguration"))
      #expect(output.contains("config:1:91: error"), "\(output)")
      #expect(output.contains("configuration read anew"))
    }

    /// Switching it on makes the table anew, which the kernel cannot avoid; after that nothing is written.
    @Test func connectionsAreShown() throws {
      let output = try run(
        """
        ip route add 10.0.0.0/8 dev lo
        service web 10 10.244.1.5
        agent
        comes 'has 10.96.0.10'
        kill -TERM $pid
        wait $pid
        agent --service-connection-metrics --service-connection-metrics-limit 5
        comes 'get 10249 /metrics | grep -q shop'
        get 10249 /configz | grep -o '"serviceConnectionMetricsLimit":5'
        get 10249 /metrics | grep '^svcnat_service_connections_total'
        get 10249 /metrics | grep -q '^process_resident_memory_bytes [1-9]' || fail 'no memory'
        "$svcnat" show | grep 10.96.0.10
        kill -TERM $pid
        wait $pid
        """)
      #expect(output.contains("\"serviceConnectionMetricsLimit\":5\n"))
      #expect(output.contains("svcnat_service_connections_total{namespace=\"shop\",port=\"\",service=\"web\"} 0\n"))
      #expect(output.contains("shop/web"))
    }

    /// Whenever it is killed, what it leaves serves, and the next one makes it right.
    @Test func itMayBeKilledAtAnyTime() throws {
      let kills = ProcessInfo.processInfo.environment["SVCNAT_KILLS"].flatMap { Int($0) } ?? 20
      let output = try run(
        """
        service steady 10 10.244.1.5 10.244.1.6
        agent
        comes 'has 10.96.0.10'
        for round in $(seq \(kills)); do
          for number in 1 2 3 4 5 6 7 8; do
            service web-$number 2$number 10.244.1.$((round % 200 + number)) 10.244.1.$((round % 190 + number + 9))
          done
          # While it reads and writes.
          sleep 0.0$((round % 10))
          kill -KILL $pid
          wait $pid
          has 'goto pick-2' || fail 'the steady Service is not served'
          agent
        done
        comes '"$svcnat" diff --live --node-name here --family ipv4 --node-ip 192.0.2.11 objects'
        kill -TERM $pid
        wait $pid
        echo "ended with $?"
        """)
      #expect(output.hasSuffix("ended with 0\n"), "\(output)")
    }

    /// Whether tables can have an owner and stay without it.
    private static let canOwnTables = NetworkNamespace.succeeds(
      "case $(uname -r) in [0-5].*|6.[0-8].*|6.[0-8]|6.[0-8]-*) exit 1 ;; esac")

    @Test(.enabled(if: canOwnTables, "needs Linux 6.9")) func nobodyElseChangesItsTable() throws {
      let output = try run(
        """
        # Handles too, so that nothing can have been written anew unnoticed.
        rules() { nft -a list table ip svcnat | sed '1d; /flags/d'; }
        refused() {
          if "$@" >refusal 2>&1; then fail "$* did it"; fi
          grep -q 'not permitted' refusal || fail "$(cat refusal)"
        }
        # What a command says and how it ends.
        told() {
          "$svcnat" "$@" >told 2>&1
          echo "$1 ended with $?"
          grep -E '^error|^no diff|shop/more|^nothing' told | sed "s/$pid/PID/"
        }
        node='--node-name here --family ipv4 --node-ip 192.0.2.11 objects'
        service web 10 10.244.1.5 10.244.1.6
        "$svcnat" apply $node >/dev/null 2>&1
        # Made without: it is made anew.
        agent --own-table
        comes 'has "flags owner"'
        comes 'get 10256 /healthz | grep "200 OK"'
        get 10249 /configz | grep -o '"ownTable":true'
        rules >before
        nft flush ruleset
        refused nft add rule ip svcnat services drop
        refused nft delete table ip svcnat
        rules >after
        cmp before after
        service more 11 10.244.1.9
        comes 'has 10.96.0.11'
        told apply $node
        told cleanup
        told diff --live $node
        told show
        rules >before
        kill -KILL $pid
        wait $pid
        rules >after
        cmp before after && echo 'the rules stay'
        : >log
        agent --own-table
        comes 'has "flags owner"'
        comes 'grep -q "properties, committed" log'
        rules >after
        cmp before after && echo 'nothing is written anew'
        kill -KILL $pid
        wait $pid
        agent
        comes 'grep -q "nothing had to be written" log'
        rm objects/more.yaml
        comes '! has 10.96.0.11'
        kill -TERM $pid
        wait $pid
        told apply $node
        told cleanup
        nft list tables
        """)
      #expect(
        output.replacing("Killed\n", with: "") == """
          "ownTable":true
          apply ended with 5
          error: table ip svcnat belongs to svcnat (process PID), which alone can change it; stop that process first
          cleanup ended with 5
          error: table ip svcnat belongs to svcnat (process PID), which alone can change it; stop that process first
          diff ended with 0
          no difference; node here, nft-maps
          show ended with 0
            shop/more  10.96.0.11:80/tcp  10.244.1.9:8080                  -
          the rules stay
          nothing is written anew
          apply ended with 0
          nothing to do
          cleanup ended with 0

          """)
    }

    @Test(arguments: [
      ("--source objects --kubeconfig x", "--source stands in for an API server"),
      ("--source nowhere", "nowhere is no directory"),
      ("--kubeconfig nowhere", "nowhere: cannot be read"),
      ("--server http://192.0.2.1 --kubeconfig k", "without TLS only an API server on this machine is spoken to"),
      ("", "outside a Pod give --kubeconfig"),
      ("--source objects --min-sync-period soon", "\"soon\" is no duration"),
      (
        "--source objects --service-connection-metrics --target iptables",
        "--service-connection-metrics needs the target nft-maps: iptables counts nothing"
      ),
      ("--source objects --service-connection-metrics --target nft-chains", "nft-chains counts nothing"),
      (
        "--source objects --service-connection-metrics-limit 5",
        "--service-connection-metrics-limit does nothing without --service-connection-metrics"
      ),
      (
        "--source objects --service-connection-metrics --service-connection-metrics-limit=-1",
        "--service-connection-metrics-limit: -1 is less than 0"
      ),
      ("--source objects --log-level loud", "\"loud\" is none of"),
      ("--source objects --healthz-bind-address x", "\"x\" is no address and port"),
      ("--source objects --own-table --target iptables", "--own-table: the target iptables has no table of its own"),
      ("--source two", "has several Nodes (here, there): choose one with --node-name"),
    ])
    func mistakes(options: String, words: String) throws {
      let output = try run(
        """
        mkdir two; cp node.yaml two/one.yaml; sed s/here/there/ node.yaml >two/two.yaml
        cat >k <<END
        {current-context: a, contexts: [{name: a, context: {cluster: a}}], clusters: [{name: a, cluster: {server: x}}]}
        END
        "$svcnat" agent \(options)
        echo "ended with $?"
        """)
      #expect(output.contains(words), "\(output)")
      #expect(output.hasSuffix("ended with 2\n"), "\(output)")
    }
  }
#endif
