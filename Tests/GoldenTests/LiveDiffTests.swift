#if Netlink && os(Linux)
  import Foundation
  import Testing

  /// `svcnat diff --live`, in network namespaces of its own.
  @Suite(.enabled(if: RealTools.canRun, "needs Linux, root and network namespaces")) struct LiveDiffTests {
    /// Runs a script in a fresh namespace, with `$svcnat` and `$input`.
    private func run(_ script: String) throws -> Subprocess {
      let unshare = try #require(Subprocess.find("unshare"))
      let input = GoldenTests.repository.appending(path: "golden/example-cluster/input").path
      let preamble = """
        PATH=$PATH:/usr/sbin:/sbin
        ip link set lo up
        live() {
          "$svcnat" diff --live "$@" --node-name worker-a1 --cluster-cidr 10.244.0.0/16 "$input"
          echo "status $?"
        }

        """
      return try Subprocess(
        URL(filePath: "/usr/bin/env"),
        ["svcnat=\(Subprocess.svcnat.path)", "input=\(input)", unshare.path, "--net", "sh", "-c", preamble + script])
    }

    @Test func tellsWhatSomebodyHasChanged() throws {
      let run = try run(
        """
        live > /dev/null || true
        "$svcnat" apply --node-name worker-a1 --cluster-cidr 10.244.0.0/16 "$input" > /dev/null
        live
        nft 'delete element ip svcnat service-ips { 10.96.81.93 . tcp . 80 }'
        live
        """)
      let lines = run.output.split(separator: "\n").map(String.init)
      #expect(
        lines == [
          "no difference; node worker-a1, nft-maps", "status 0", "shop/web:http, IPv4",
          "  all clients → web.shop:80 was rejected; now 3 backends", "1 flow changes; node worker-a1, nft-maps",
          "status 1",
        ], "\(run.output)\(run.error)")
    }

    @Test func tellsWhatIsThereBesideTheRules() throws {
      let run = try run(
        """
        "$svcnat" apply --node-name worker-a1 --cluster-cidr 10.244.0.0/16 "$input" > /dev/null
        nft 'add counter ip svcnat stray'
        live
        """)
      #expect(run.output.hasSuffix("status 1\n"), "\(run.output)\(run.error)")
      #expect(run.error.contains("unexpected object"), "\(run.error)")
    }

    @Test func kubeProxysOwnRulesAreNoDifference() throws {
      let dumps = GoldenTests.repository.appending(path: "Tests/KubeProxyDumps/random/1").path
      let run = try run(
        """
        nft -f '\(dumps)/nft.txt'
        iptables-legacy-restore -w 60 < '\(dumps)/iptables-save.v4.txt'
        ip6tables-legacy-restore -w 60 < '\(dumps)/iptables-save.v6.txt'
        for target in nft-chains iptables; do
          for node in node-1 node-2; do
            "$svcnat" diff --live --target $target '\(dumps)/input.yaml' --node-name $node \
              --node-ip 192.0.2.31,2001:db8:10::31 --zone zone-b \
              --interface-ip 192.0.2.31,2001:db8:10::31,198.51.100.31,2001:db8:20::31 \
              --cluster-cidr 10.244.0.0/16,fd10:244::/48 --service-cidr 10.96.0.0/16,fd10:96::/112 \
              --nodeport-addresses 198.51.100.0/24,2001:db8:20::/64 > /dev/null
            echo "$target $node $?"
          done
        done
        """)
      // Another node has other rules.
      #expect(
        run.output == "nft-chains node-1 0\nnft-chains node-2 1\niptables node-1 0\niptables node-2 1\n",
        "\(run.output)\(run.error)")
    }

    @Test(arguments: [
      ["--live", "a.yaml", "b.yaml"], ["--live", "--target", "iptables", "--against-target", "nft-maps", "a"],
    ])
    func oneInputIsEnough(_ arguments: [String]) throws {
      let run = try Subprocess(Subprocess.svcnat, ["diff"] + arguments)
      #expect(run.status == 2)
      #expect(run.error.contains("--live compares this node with one input, and with nothing else"))
    }
  }
#endif
