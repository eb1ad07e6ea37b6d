import Foundation
import KubernetesObjects
import ServicePlan
import TestSupport
import Testing

@testable import ServiceGraph

/// Each format, byte for byte: `Drawings/CASE/drawing.FORMAT`. `SVCNAT_RECORD=1` writes them.
@Suite struct DrawingTests {
  static let cases = TestData.names(in: "ServiceGraphTests/Drawings")
  private static let isRecording = ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1"

  static func input(_ name: String) throws -> String {
    try TestData.text("ServiceGraphTests/Drawings/\(name)/input.yaml")
  }

  @Test(arguments: cases, Drawing.formats)
  func isAsRecorded(_ name: String, _ format: String) throws {
    let text = Drawing(try Self.input(name)).text(format)
    let path = "ServiceGraphTests/Drawings/\(name)/drawing.\(format)"
    let golden = try? TestData.text(path)
    if Self.isRecording, golden != text {
      try Data(text.utf8).write(to: TestData.directory.appending(path: path))
      Issue.record("\(path): written")
      return
    }
    let wanted = try #require(golden, "\(path) is missing; SVCNAT_RECORD=1 writes it")
    #expect(text == wanted, "\(path)")
  }

  @Test(arguments: cases)
  func nothingElseIsThere(_ name: String) {
    let known = Set(["input.yaml"] + Drawing.formats.map { "drawing.\($0)" })
    #expect(TestData.names(in: "ServiceGraphTests/Drawings/\(name)").filter { !known.contains($0) } == [], "orphans")
  }

  /// The order of documents changes nothing, but for the lines that problems are at.
  @Test(arguments: Drawing.formats)
  func orderOfTheInputIsNoMatter(_ format: String) throws {
    let documents = try Self.input("shop").split(separator: "---\n").map(String.init)
    var first = Drawing(documents.joined(separator: "---\n"))
    var second = Drawing(documents.reversed().joined(separator: "---\n"))
    for index in first.graph.services.indices {
      first.graph.services[index].problems = []
      second.graph.services[index].problems = []
    }
    #expect(first.text(format) == second.text(format))
  }

  // MARK: - What is drawn

  @Test func policiesWithDifferentEndpointsAreApart() throws {
    let web = try #require(Drawing(try Self.input("shop")).graph.services.last)
    let port = try #require(web.ports.first)
    #expect(port.routes.map(\.traffic) == [.internal, .external])
    #expect(port.routes.map(\.end) == [.endpoints(2), .endpoints(1)])
    #expect(port.endpoints.map(\.routes) == [[0, 1], [0], [], []])
    #expect(port.endpoints.map(\.condition) == [.ready, .ready, .notReady, .servingTerminating])
    #expect(port.routes[1].frontends.map(\.kind) == [.nodePort, .loadBalancer])
    #expect(port.routes[1].frontends[1].sources == ["203.0.113.0/24", "198.51.100.0/24"])
    #expect(port.routes[1].notes == ["health check on port 32000"])
  }

  @Test func hintsAreSaid() throws {
    let queue = try #require(Drawing(try Self.input("shop")).graph.services.first { $0.name.name == "queue" })
    #expect(queue.ports[0].routes[0].notes == ["hints: 1 of 2 ready endpoints"])
    #expect(queue.ports[0].endpoints.map(\.zone) == ["north", "south"])
  }

  @Test func whatHasNoRulesSaysWhy() throws {
    let services = Drawing(try Self.input("shop")).graph.services
    #expect(
      services.map(\.exclusion) == [
        nil, "ExternalName: DNS answers with mail.example.org", "headless: DNS answers with the endpoints", nil, nil,
      ])
    #expect(services[0].ports[0].routes[0].end == .rejected)
    #expect(services[0].problems.map(\.code) == ["SVC201"])
    #expect(services[0].problems[0].place?.hasPrefix("input.yaml:") ?? false)
  }

  @Test func onlyChosenServicesAreDrawn() throws {
    let drawing = Drawing(try Self.input("shop"), only: [NamespacedName(namespace: "shop", name: "queue")])
    #expect(drawing.graph.services.map(\.name.name) == ["queue"])
    for format in Drawing.formats { #expect(!drawing.text(format).contains("10.96.0.10")) }
  }

  // MARK: - Rules

  /// The rules of all Services are the rules of the node, without those that are always there.
  @Test(arguments: Drawing.targets.indices)
  func rulesOfServicesAreThoseOfTheNode(_ target: Int) throws {
    let drawing = Drawing(try Self.input("shop"))
    let all = drawing.graph.services.map { drawing.rules(of: $0.name.name)[target] }.joined(separator: "\n")
    var node = NodeConfiguration(nodeName: "node-1")
    node.zone = "north"
    node.nodeIPs = drawing.objects.nodes.first { $0.name == "node-1" }?.addresses.map(\.value) ?? []
    node.interfaceAddresses = node.nodeIPs
    func lines(_ objects: ObjectSet) -> Set<String> {
      let plans = ClusterPlanner(configuration: node).plan(objects).plans
      let texts = plans.map { String(decoding: Drawing.targets[target].compile($0).text(), as: UTF8.self) }
      return Set(
        texts.joined().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
          .filter { line in
            // Chains are declared by their rules, and properties of sets are written on one line.
            ![":", "elements", "comment", "flags", "size", "timeout", "type"].contains { line.hasPrefix($0) }
          })
    }
    var empty = drawing.objects
    empty.services = []
    let own = lines(drawing.objects).subtracting(lines(empty))
    let shown = Set(all.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    try #require(own.count > 10)
    #expect(own.subtracting(shown).filter { line in !shown.contains { $0.hasPrefix(line) } }.sorted() == [])
  }

  @Test func longRulesAreCutAndCounted() throws {
    let text = try Self.input("shop")
    let drawing = Drawing(text)
    let plans = ClusterPlanner(configuration: NodeConfiguration(nodeName: "node-1")).plan(drawing.objects).plans
    let cut = ServiceRules(.iptables, plans: plans)
      .text(of: NamespacedName(namespace: "shop", name: "web"), limit: 3)
    let lines = cut.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.last?.contains("more lines") ?? false)
  }
}
