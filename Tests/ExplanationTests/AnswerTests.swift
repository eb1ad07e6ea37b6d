import Foundation
import Testing

@testable import svcnat

/// Questions and their answers, word for word: Answers/NAME.txt. `SVCNAT_RECORD=1` writes them.
@Suite struct AnswerTests {
  static let directory = URL(filePath: #filePath).deletingLastPathComponent()
  static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  @Test(arguments: AskedQuestion.all)
  func answerIsTheRecordedOne(_ question: AskedQuestion) throws {
    let url = Self.directory.appending(path: "Answers/\(question.name).txt")
    let text = try question.answer()
    if Self.isRecording {
      try text.write(to: url, atomically: true, encoding: .utf8)
    } else {
      let recorded = try? String(contentsOf: url, encoding: .utf8)
      #expect(text == recorded ?? "\(url.lastPathComponent) is missing; SVCNAT_RECORD=1 writes it")
    }
  }

  @Test(.disabled(if: isRecording)) func everyAnswerHasItsQuestion() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.directory.appending(path: "Answers").path)
    #expect(Set(names).subtracting(AskedQuestion.all.map { "\($0.name).txt" }).sorted() == [])
    #expect(Set(AskedQuestion.all.map(\.name)).count == AskedQuestion.all.count)
  }

  /// Text keeps to its columns, but for names and rules that have no blank to break at.
  @Test(arguments: AskedQuestion.all)
  func linesAreShort(_ question: AskedQuestion) throws {
    for line in try question.answer().split(separator: "\n").dropFirst()
    where line.count > 100 && !line.hasPrefix("error:") {
      let longest = line.split(separator: " ").map(\.count).max() ?? 0
      #expect(longest > 60 || line.contains(" SRV "), "\(line)")
    }
  }
}

/// One run of `svcnat explain`.
struct AskedQuestion: CustomTestStringConvertible {
  var name: String
  var from: String
  var to: String
  var options: [String]
  /// Whether the rules are recorded, too. They are where they are of interest, so that not every change of a layout
  /// changes every answer.
  var recordsRules = true

  init(_ name: String, _ from: String, _ to: String, _ options: String...) {
    self.name = name
    self.from = from
    self.to = to
    self.options = options
  }

  var testDescription: String { name }

  /// - Parameter further: options behind its own.
  func command(_ further: [String] = []) throws -> ExplainCommand {
    var arguments = ["--from", from, "--to", to]
    if !options.contains(where: { $0.hasPrefix("--node-name") }) { arguments.append("--node-name=node-1") }
    if !options.contains(where: { $0.hasPrefix("--detect-local-mode") }) {
      arguments.append("--cluster-cidr=10.244.0.0/16,fd00:10:244::/56")
    }
    let options = options.map { option in
      option.hasPrefix("--config=")
        ? "--config=" + AnswerTests.directory.appending(path: String(option.dropFirst("--config=".count))).path : option
    }
    return try ExplainCommand.parse(
      arguments + options + further + [AnswerTests.directory.appending(path: "cluster.yaml").path])
  }

  /// The question and what is printed, errors too.
  func answer() throws -> String {
    let asked = (["svcnat explain --from \(from) --to \(to)"] + options).joined(separator: " ")
    var timings = Timings()
    do {
      let command = try command()
      let (explanation, assumptions, _) = try command.explain(&timings)
      let text = try command.text(of: explanation, assumptions)
      return "$ \(asked)\n\(recordsRules ? text : withoutRules(text))"
    } catch {
      return "$ \(asked)\nerror: \(error)\n"
    }
  }
}

extension AskedQuestion {
  /// Without the paragraphs that hold rules.
  private func withoutRules(_ text: String) -> String {
    text.split(separator: "\n\n").filter { !$0.hasPrefix("rules of") }.joined(separator: "\n\n")
  }

  /// One target, the reasons being the same in all.
  private static func maps(_ name: String, _ from: String, _ to: String, _ options: String...) -> AskedQuestion {
    var question = AskedQuestion(name, from, to)
    question.options = options + ["--target=nft-maps"]
    question.recordsRules = false
    return question
  }

  static let all: [AskedQuestion] = [
    // Frontends and policies
    AskedQuestion("cluster-ip", "pod/shop/cart-0", "web.shop:80"),
    .maps("cluster-ip-from-node", "node", "web.shop:http"),
    .maps("cluster-ip-from-other-node", "node/node-2", "10.96.0.1:80"),
    .maps("cluster-ip-from-pod-elsewhere", "pod/shop/cart-1", "web:80"),
    .maps("cluster-ip-from-unknown-pod", "10.244.99.1", "web.shop.svc.cluster.local.:80"),
    .maps("cluster-ip-hairpin", "10.244.1.5", "web.shop.svc:80"),
    .maps("cluster-ip-masquerade-all", "pod/shop/cart-0", "web.shop:80", "--masquerade-all=true"),
    AskedQuestion("cluster-ip-hairpin-elsewhere", "10.244.2.5", "web.shop:80"),
    AskedQuestion(
      "cluster-ip-masquerade-all-in-one-mode", "pod/shop/cart-0", "web.shop:80", "--config=one-mode.yaml",
      "--target=nft-maps",
      "--target=iptables"),
    .maps("cluster-ip-without-detector", "external", "web.shop:80", "--detect-local-mode=None"),
    .maps("cluster-ip-affinity", "pod/shop/cart-0", "sticky.shop:80"),
    AskedQuestion("node-port", "external", "node:30080"),
    .maps("node-port-by-name", "external", "node-1:panel"),
    .maps("node-port-on-host-network", "external", "node:30027"),
    .maps("external-local", "198.18.0.1", "198.51.100.11:443"),
    .maps("external-local-from-pod", "pod/shop/cart-0", "198.51.100.10:443"),
    .maps("external-local-from-node", "node", "198.51.100.10:https"),
    AskedQuestion("external-local-elsewhere", "external", "198.51.100.10:443"),
    .maps("internal-local-terminating", "pod/shop/cart-0", "exporter.shop:80"),
    .maps("internal-local-not-ready", "pod/shop/cart-0", "agent.shop:80"),
    .maps("internal-local-on-its-node", "pod/shop/cart-1", "agent.shop:80", "--node-name=node-2"),
    .maps("internal-local-without-any", "pod/staging/cart-0", "agent.shop:80", "--node-name=node-3"),
    .maps("terminating-only", "node", "draining.shop:80"),
    .maps("zone-hints", "node", "zoned.shop:80"),
    .maps("zone-hints-incomplete", "node", "half-zoned.shop:80"),
    .maps("zone-hints-for-others", "node", "far-zoned.shop:80"),
    .maps("zone-hints-without-zone", "node", "zoned.shop:80", "--node-name=node-9", "--node-ip=192.0.2.19"),
    .maps("node-hints", "node", "pinned.shop:80"),
    .maps("many-endpoints", "node", "many.shop:80"),
    AskedQuestion("many-endpoints-iptables", "node", "many.shop:80", "--target=iptables"),
    // Sources
    .maps(
      "from-interface", "10.244.1.50", "web.shop:80", "--detect-local-mode=InterfaceNamePrefix",
      "--pod-interface-name-prefix=cali"),
    .maps(
      "from-wrong-interface", "10.244.1.50", "web.shop:80", "--detect-local-mode=BridgeInterface",
      "--pod-bridge-interface=cbr0", "--from-interface=eth1"),
    .maps("from-host-network-pod", "pod/probe", "web.shop:80"),
    .maps("from-local-endpoint", "10.244.1.9", "web.shop:80"),
    .maps("from-pod-range", "10.244.1.200", "web.shop:80"),
    .maps("from-internet", "198.18.5.5", "web.shop:80"),
    // Source ranges
    AskedQuestion("source-ranges-refused", "external", "198.51.100.12:443"),
    .maps("source-ranges-allowed", "198.18.5.5", "198.51.100.12:443"),
    .maps("source-ranges-from-load-balancer", "198.51.100.12", "198.51.100.12:443"),
    AskedQuestion("source-ranges-without-endpoints", "external", "198.51.100.13:443"),
    .maps("source-ranges-not-on-node-port", "external", "node:30445"),
    // Refusals
    .maps("no-endpoints-selector", "node", "empty.shop:80"),
    .maps("no-endpoints-orphan", "node", "orphan.shop:80"),
    .maps("no-endpoints-port-name", "node", "misnamed.shop:80"),
    .maps("no-endpoints-not-ready", "node", "sick.shop:80"),
    AskedQuestion("no-endpoints-external-from-node", "node", "198.51.100.20:80"),
    AskedQuestion("no-endpoints-node-port", "external", "node:30028"),
    .maps("no-endpoints-udp-client", "external", "mute.shop:514"),
    .maps("no-endpoints-udp-node", "node", "mute.shop:514"),
    // No frontend
    AskedQuestion("undeclared-port", "pod/shop/cart-0", "web.shop:81"),
    .maps("undeclared-protocol", "node", "web.shop:80/udp"),
    .maps("undeclared-node-port", "node", "web.shop:30080"),
    .maps("undeclared-target-port", "node", "web.shop:8080"),
    .maps("undeclared-load-balancer-port", "external", "198.51.100.10:80"),
    AskedQuestion("unallocated-address", "node", "10.96.77.77:80"),
    AskedQuestion("node-port-localhost", "localhost", "localhost:30080"),
    AskedQuestion(
      "node-port-on-other-address", "external", "192.0.2.200:30080", "--interface-ip=192.0.2.11,192.0.2.200"),
    AskedQuestion(
      "node-port-idle-on-other-address", "external", "192.0.2.200:30028",
      "--interface-ip=192.0.2.11,192.0.2.200", "--nodeport-addresses=192.0.2.11/32"),
    .maps("node-port-nobody-has", "external", "node:32000"),
    .maps("node-port-other-protocol", "external", "node:30080/sctp"),
    .maps("node-port-of-other-node", "external", "node/node-2:30080"),
    AskedQuestion("localhost-from-elsewhere", "external", "127.0.0.1:22"),
    .maps("node-itself", "external", "node:22"),
    AskedQuestion("health-check", "external", "node:31000"),
    .maps("load-balancer-proxy-mode", "external", "198.51.100.14:80"),
    .maps("endpoint-itself", "node", "10.244.2.5:8080"),
    .maps("pod-itself", "external", "pod/shop/cart-1:80"),
    .maps("unknown-address", "node", "8.8.8.8:443"),
    AskedQuestion("left-to-other-proxy", "node", "meshed.shop:80"),
    .maps("cluster-ip-of-other-service", "node", "two.shop:80"),
    // Names
    .maps("name-elsewhere", "node", "web:80"),
    .maps("name-in-namespace-of-pod", "pod/shop/cart-0", "web:80"),
    .maps("name-ambiguous", "node", "api:80"),
    .maps("name-wrong-namespace", "node", "web.default:80"),
    .maps("name-similar", "node", "kubedns.kube-system:53"),
    .maps("name-unknown", "node", "nothing.shop:80"),
    .maps("name-outside", "node", "www.example.com.:80"),
    .maps("name-headless", "node", "db.shop:5432"),
    .maps("name-headless-host", "node", "db-1.db.shop:15432"),
    .maps("name-headless-publishing", "node", "early.shop.svc.k8s.example:5432"),
    .maps("name-headless-empty", "node", "bare.shop"),
    .maps("name-external", "node", "legacy.shop:80"),
    .maps("name-not-allocated", "node", "unborn.shop:80"),
    .maps("name-of-port", "node", "web.shop:https"),
    .maps("port-in-one-protocol", "node", "quic.shop:443"),
    .maps("port-name-in-one-protocol", "node", "kube-dns.kube-system:dns"),
    .maps("port-in-two-protocols", "node", "kube-dns.kube-system:53/udp"),
    .maps("port-left-out", "node", "quic.shop"),
    .maps("dual-stack", "node", "dual.shop:80"),
    .maps("dual-stack-ipv6", "external", "dual.shop:80", "--family=ipv6"),
    .maps("dual-stack-by-source", "fd00:10:244:1::9", "dual.shop:80"),
    .maps("ipv6-address", "node", "[fd00:10:96::26]:80"),
    // What cannot be asked
    .maps("wrong-source", "web.shop", "web.shop:80"),
    .maps("wrong-port", "node", "web.shop:70000"),
    .maps("wrong-brackets", "node", "[fd00::1:80"),
    .maps("wrong-destination", "node", "external:80"),
    .maps("port-missing", "node", "kube-dns.kube-system"),
    .maps("port-missing-on-address", "node", "8.8.8.8"),
    .maps("port-name-on-address", "node", "8.8.8.8:http"),
    .maps("port-name-of-several-node-ports", "node", "node:http"),
    .maps("pod-unknown", "pod/nobody", "web.shop:80"),
    .maps("pod-ambiguous", "pod/cart-0", "web.shop:80"),
    .maps("node-unknown", "node/nowhere", "web.shop:80"),
    .maps("family-missing", "fd00::9", "web.shop:80"),
  ]
}
