#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import TestSupport
  import Testing

  @testable import svcnat

  /// `scripts/deploy/svcnat-agent.service`
  struct SystemdUnitTests {
    private let text: String

    init() throws { text = try Repository.text("deploy/svcnat-agent.service") }

    /// Values of a setting, in the order they are written.
    private func values(_ name: String) -> [String] {
      text.split(separator: "\n").filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    @Test func commandLineIsTheAgents() throws {
      let words = try #require(values("ExecStart").first).split(separator: " ").map(String.init)
      #expect(words.first == "/usr/local/bin/svcnat")
      let command = try #require(try Svcnat.parseAsRoot(Array(words.dropFirst())) as? AgentCommand)
      #expect(command.node.config == "/etc/svcnat/config.yaml")
      let credential = try #require(values("LoadCredential").first?.split(separator: ":").first)
      #expect(command.source.kubeconfig == "${CREDENTIALS_DIRECTORY}/\(credential)")
      #expect(values("ExecReload") == ["/bin/kill -HUP $MAINPID"])
    }

    @Test func capabilityIsOne() {
      #expect(values("CapabilityBoundingSet") == ["CAP_NET_ADMIN"])
      #expect(values("AmbientCapabilities") == ["CAP_NET_ADMIN"])
      #expect(values("NoNewPrivileges") == ["yes"])
      #expect(values("DynamicUser") == ["yes"])
    }

    @Test(.enabled(if: TestedProgram.systemdAnalyze.mayRun, "needs systemd-analyze"))
    func systemdTakesIt() throws {
      let scratch = try Scratch()
      defer { scratch.remove() }
      // What is not installed is no mistake of the unit.
      let unit = try scratch.write(
        text.replacing("ExecStart=/usr/local/bin/svcnat", with: "ExecStart=/bin/true"), to: "svcnat-agent.service")
      let verified = try TestedProgram.systemdAnalyze.run(["verify", "--man=no", unit.path])
      #expect(verified.status == 0 && verified.output == "", "\(verified.output)")
      // 2.0 of 10 is what systemd itself calls OK.
      let exposed = try TestedProgram.systemdAnalyze.run(
        ["security", "--offline=yes", "--no-pager", "--threshold=20", unit.path])
      #expect(exposed.status == 0, "\(exposed.output)")
    }
  }
#endif
