#if os(Linux)
  import Foundation
  import KernelParameters
  import ServicePlan
  import Testing

  @Suite struct KernelParametersTests {
    /// CT-8: the maximum for a setting, a minimum and a number of processors.
    @Test(arguments: [
      (32768, 131_072, 2, 131_072), (32768, 131_072, 8, 262_144), (32768, 131_072, 64, 1_048_576),
      (32768, 2_000_000, 64, 2_000_000), (1, 0, 3, 3), (Int.max, 131_072, 4, 1_048_576), (32768, 0, 0, 32768),
    ])
    func maximum(perCore: Int, min: Int, processors: Int, expected: Int) {
      #expect(ConntrackConfiguration(maxPerCore: perCore, min: min).maximum(processors: processors) == expected)
    }

    @Test func settingsOfTheDefaults() {
      #expect(
        ConntrackConfiguration().settings(processors: 8) == [
          KernelSetting(.conntrackMaximum, .exactly(262_144)), KernelSetting(.conntrackBuckets, .atLeast(65536)),
          KernelSetting(.tcpTimeoutEstablished, .exactly(86400)), KernelSetting(.tcpTimeoutCloseWait, .exactly(3600)),
        ])
    }

    @Test func zeroLeavesAlone() {
      let none = ConntrackConfiguration(maxPerCore: 0, tcpEstablishedTimeout: 0, tcpCloseWaitTimeout: 0)
      #expect(none.settings(processors: 8).isEmpty)
      let some = ConntrackConfiguration(
        maxPerCore: 0, tcpEstablishedTimeout: 0, tcpCloseWaitTimeout: 0, tcpBeLiberal: true, udpTimeout: 20,
        udpStreamTimeout: 100)
      #expect(
        some.settings(processors: 8) == [
          KernelSetting(.tcpBeLiberal, .exactly(1)), KernelSetting(.udpTimeout, .exactly(20)),
          KernelSetting(.udpTimeoutStream, .exactly(100)),
        ])
    }

    @Test func routeLocalnetWhereNodePortsAreOnLoopback() {
      // NPA-8
      var configuration = NodeConfiguration(nodeName: "worker-1")
      #expect(
        KernelSetting.forRules(configuration, mode: .iptables) == [KernelSetting(.routeLocalnet, .exactly(1))])
      #expect(KernelSetting.forRules(configuration, mode: .nftables).isEmpty)
      configuration.localhostNodePorts = false
      #expect(KernelSetting.forRules(configuration, mode: .iptables).isEmpty)
    }

    @Test func namesAreThoseOfSysctl() {
      #expect(KernelParameter.routeLocalnet.description == "net.ipv4.conf.all.route_localnet")
      #expect(KernelParameter.conntrackBuckets.description == "net.netfilter.nf_conntrack_buckets")
      #expect(KernelParameter.conntrackHashSize.description == "/sys/module/nf_conntrack/parameters/hashsize")
    }

    // MARK: - Files

    /// A directory with the files of some parameters.
    private func withFiles(
      _ values: [KernelParameter: String], _ body: (KernelParameterFiles, URL) throws -> Void
    ) throws {
      let root = FileManager.default.temporaryDirectory.appending(path: "kernel-parameters-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: root) }
      for (parameter, value) in values {
        let file = root.appending(path: parameter.path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(value.utf8).write(to: file)
      }
      try body(KernelParameterFiles(root: root.path), root)
    }

    @Test func setsWhatIsNotAsItShouldBe() throws {
      try withFiles([.conntrackMaximum: "65536\n", .conntrackBuckets: "262144\n", .udpTimeout: "30\n"]) { files, root in
        let maximum = try files.ensure(KernelSetting(.conntrackMaximum, .exactly(131_072)))
        #expect((maximum.before, maximum.after, maximum.isChanged) == (65536, 131_072, true))
        #expect(try files.read(.conntrackMaximum) == 131_072)
        let buckets = try files.ensure(KernelSetting(.conntrackBuckets, .atLeast(32768)))
        #expect((buckets.before, buckets.after, buckets.isChanged) == (262_144, 262_144, false))
        let timeout = try files.ensure(KernelSetting(.udpTimeout, .exactly(30)))
        #expect(!timeout.isChanged)
        #expect(
          try String(contentsOf: root.appending(path: KernelParameter.udpTimeout.path), encoding: .utf8) == "30\n")
      }
    }

    /// The buckets are in two places; a container may have one of them read-only, or not at all.
    @Test func bucketsAreSetWhereTheyCanBe() throws {
      let wish = KernelSetting(.conntrackBuckets, .atLeast(65536))
      try withFiles([.conntrackBuckets: "1024\n", .conntrackHashSize: "1024\n"]) { files, _ in
        let outcome = try files.ensure(wish)
        #expect((outcome.before, outcome.after) == (1024, 65536))
        let (buckets, hashSize) = (try files.read(.conntrackBuckets), try files.read(.conntrackHashSize))
        #expect((buckets, hashSize) == (65536, 1024))
      }
      try withFiles([.conntrackHashSize: "1024\n"]) { files, _ in
        let outcome = try files.ensure(wish)
        let hashSize = try files.read(.conntrackHashSize)
        #expect((outcome.after, hashSize) == (65536, 65536))
      }
      try withFiles([:]) { files, _ in
        do throws(KernelParameterError) {
          _ = try files.ensure(wish)
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.parameter == .conntrackBuckets)
        }
      }
    }

    @Test func saysWhatIsWrong() throws {
      try withFiles([.udpTimeout: "soon\n"]) { files, _ in
        do throws(KernelParameterError) {
          _ = try files.ensure(KernelSetting(.tcpBeLiberal, .exactly(1)))
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.isMissing)
          #expect(error.description == "reading net.netfilter.nf_conntrack_tcp_be_liberal: No such file or directory")
        }
        do throws(KernelParameterError) {
          _ = try files.read(.udpTimeout)
          Issue.record("nothing was thrown")
        } catch {
          #expect(error.cause == .notANumber("soon"))
        }
      }
    }

    @Test func ipv6IsOffWhereItIsSwitchedOffOrUnknown() throws {
      try withFiles([.disableIPv6: "0\n"]) { files, _ in #expect(files.isIPv6Available) }
      try withFiles([.disableIPv6: "1\n"]) { files, _ in #expect(!files.isIPv6Available) }
      try withFiles([:]) { files, _ in #expect(!files.isIPv6Available) }
    }
  }
#endif
