import Explanation
import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport
import Testing

@testable import svcnat

/// Rules from outside: what tools print is told apart, read and asked.
@Suite struct RuleDumpTests {
  private func temporaryFile(_ bytes: [UInt8]) throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "svcnat-rules-\(UUID().uuidString)")
    try Data(bytes).write(to: url)
    return url
  }

  private func answer(_ rules: [UInt8], _ arguments: String...) throws -> Explanation {
    let file = try temporaryFile(rules)
    defer { try? FileManager.default.removeItem(at: file) }
    let command = try ExplainCommand.parse(["--rules", file.path] + arguments)
    var timings = Timings()
    return try command.explain(&timings).explanation
  }

  private func compiled(_ target: RuleTarget, _ options: String...) throws -> [UInt8] {
    let cluster = AnswerTests.directory.appending(path: "cluster.yaml").path
    let command = try CompileCommand.parse(
      ["--node-name=node-1", "--cluster-cidr=10.244.0.0/16,fd00:10:244::/56", "--target=\(target.rawValue)", cluster]
        + options)
    var timings = Timings()
    var compilation = try Compilation(
      input: command.input, node: command.node, targetIsChosen: true, timings: &timings)
    // Both families in one text, as standard output has them.
    return try compilation.documents(
      target, families: IPFamily.allCases, options: RuleTargetOptions(), timings: &timings
    ).flatMap(\.bytes)
  }

  @Test(arguments: RuleTarget.allCases, ["10.96.0.1:80", "10.96.0.17:80", "198.51.100.12:443", "[fd00:10:96::26]:80"])
  func printedRulesDoWhatCompiledOnesDo(_ target: RuleTarget, _ destination: String) throws {
    let printed = try answer(
      try compiled(target), "--node-ip=192.0.2.11,2001:db8::11", "--from=external", "--to=\(destination)")
    var timings = Timings()
    let direct = try AskedQuestion("", "external", destination, "--target=\(target.rawValue)").command()
      .explain(&timings).explanation
    let (a, b) = (try #require(printed.answers.first), try #require(direct.answers.first))
    #expect(a.verdict == b.verdict)
    #expect(a.backends.map(\.address) == b.backends.map(\.address))
    #expect(a.masquerading == b.masquerading)
    if a.verdict == .outcome(.dnat) { #expect(a.findings.map(\.code) == ["named-by-rules"]) }
  }

  @Test func inputsGiveReasonsToPrintedRules() throws {
    let cluster = AnswerTests.directory.appending(path: "cluster.yaml").path
    let arguments = ["--node-name=node-1", "--cluster-cidr=10.244.0.0/16", cluster]
    let file = try temporaryFile(try compiled(.iptables))
    defer { try? FileManager.default.removeItem(at: file) }
    var timings = Timings()
    let same = try ExplainCommand.parse(
      ["--rules", file.path, "--from=node", "--to=web.shop:80"] + arguments
    ).explain(&timings).explanation
    #expect(same.answers.first?.findings.first?.code == "cluster-policy")
    #expect(same.answers.first?.findings.contains { $0.code == "other-rules" } == false)
    let other = try ExplainCommand.parse(
      ["--rules", file.path, "--from=node", "--to=web.shop:80", "--detect-local-mode=None"] + arguments
    ).explain(&timings).explanation
    #expect(other.answers.first?.findings.last?.code == "other-rules")
  }

  @Test func rulesOfTwoToolsAreAskedSideBySide() throws {
    let files = try [temporaryFile(try compiled(.iptables)), temporaryFile(try compiled(.nftChains))]
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    var timings = Timings()
    let explanation = try ExplainCommand.parse(
      files.flatMap { ["--rules", $0.path] } + ["--node-ip=192.0.2.11", "--from=node", "--to=10.96.0.1:81"]
    ).explain(&timings).explanation
    #expect(explanation.answers.map(\.ruleSet) == ["nft table ip kube-proxy", "iptables"])
    #expect(explanation.answers.map(\.verdict) == [.outcome(.reject), .outcome(.noMatch)])
    #expect(explanation.differences == [.otherRules])
  }

  /// What kube-proxy's own rules do is what its objects ask for.
  @Test(arguments: ProxyMode.allCases)
  func kubeProxysRulesAreRead(_ mode: ProxyMode) throws {
    var read = 0
    for reference in try ReferenceCase.dumped(for: mode).prefix(40) {
      for family in IPFamily.allCases {
        let text = mode == .iptables ? reference.iptablesDump(family) : reference.nftablesDump()
        guard let text else { continue }
        var dump = RuleDump()
        try dump.add(Array(text.utf8))
        let evaluators = try dump.evaluators(family, NodeEnvironment(reference.configuration))
        #expect(evaluators.map(\.mode) == [mode], "\(reference), \(family)")
        read += 1
      }
    }
    #expect(read > 0)
  }

  @Test(arguments: [
    ("{\"nftables\": []}", RuleDump.Problem.json), ("", .notRules), ("hello\n", .notRules),
    ("table inet filter {\n}\n", .noServiceTable(passedOver: 1)),
  ])
  func whatIsNoRulesIsRefused(_ text: String, _ problem: RuleDump.Problem) {
    #expect(throws: problem) {
      var dump = RuleDump()
      try dump.add(Array(text.utf8))
    }
  }

  @Test func oneFamilyTwiceIsRefused() throws {
    let text = Array("*nat\n-A POSTROUTING -d 10.0.0.1/32 -j RETURN\nCOMMIT\n".utf8)
    var dump = RuleDump()
    try dump.add(text)
    #expect(throws: RuleDump.Problem.twice("iptables")) { try dump.add(text) }
  }

  @Test func errorsKeepTheirLines() throws {
    let text = "# Generated by ip6tables-save\n*nat\nCOMMIT\n# Generated by iptables-save\n*nat\n-A\nCOMMIT\n"
    do throws(RuleDump.Problem) {
      var dump = RuleDump()
      try dump.add(Array(text.utf8))
      Issue.record("there is no error")
    } catch {
      guard case .iptables(let error) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(error.line == 6)
    }
  }

  @Test func aRuleThatIsNotUnderstoodIsNamed() throws {
    let rules = "*nat\n-A PREROUTING -m set --match-set friends src -j ACCEPT\nCOMMIT\n"
    let explanation = try answer(Array(rules.utf8), "--node-ip=192.0.2.11", "--from=external", "--to=10.0.0.1:80")
    let answer = try #require(explanation.answers.first)
    guard case .unknown(let error) = answer.verdict else {
      Issue.record("\(answer.verdict)")
      return
    }
    #expect(error.description.contains("--match-set friends src"))
  }

  @Test func rulesThatDoNotFitTheirPlanAreABug() throws {
    var timings = Timings()
    let command = try AskedQuestion("", "node", "web.shop:80", "--target=nft-maps").command()
    var compilation = try Compilation(
      input: command.input, node: command.node, targetIsChosen: true, timings: &timings)
    let node = try compilation.resolveNode(for: .nftMaps, families: [.ipv4])
    let plan = try #require(compilation.plans(for: node, families: [.ipv4], timings: &timings).first)
    var damaged = plan
    damaged.servicePorts.removeAll { $0.name.service.name == "web" }
    guard case .nftables(let table) = RuleTarget.nftMaps.compile(damaged) else { return }
    let ruleSet = RuleSet(
      name: "damaged", mode: .nftables, plan: plan, isCompiled: true,
      evaluator: try PacketEvaluator([table], environment: NodeEnvironment(node.configuration)))
    let question = try QuestionReader(objects: compilation.objects, node: node.configuration)
      .read(from: SourceQuery("node"), to: DestinationQuery("web.shop:80"))
    let answer = try #require(
      Explainer(objects: compilation.objects).explain(question, by: [ruleSet]).answers.first)
    #expect(answer.verdict == .outcome(.drop))
    #expect(answer.findings.last?.code == "disagreement")
  }
}
