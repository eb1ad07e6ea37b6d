import NetworkAddresses
import NFTables
import RuleEvaluator
import ServicePlan
import TestSupport
import Yams

/// One flow of a conformance case, and the node it is sent through.
struct ConformanceFlow: Sendable {
  /// What must become of the packet in one mode.
  struct Expectation: Hashable, Sendable {
    var outcome: Outcome.Class
    /// Only with ``Outcome/Class/dnat``: `ip:port`, and whether it is masqueraded.
    var backends: [String: Bool] = [:]
  }

  var name: String
  var packet: Packet
  var expectations: [ProxyMode: Expectation]
  var affinityGroup: String?
  var affinitySeconds: UInt64 = 0
}

/// The flows of one step of a case.
struct ConformanceStep: Sendable, CustomStringConvertible {
  var state: ReferenceCase
  var flows: [ConformanceFlow]
  /// Expectations that rules alone cannot meet.
  var skipped: [String]

  var description: String { state.description }

  /// Every case with its steps.
  static let all: Result<[[ConformanceStep]], any Error> = Result {
    let states = try ReferenceCase.all
    return try TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") }.map { file in
      guard let root = try Yams.compose(yaml: TestData.text("ConformanceCases/" + file)),
        let name = root["name"]?.string
      else { throw ConformanceError(description: "\(file): not a case") }
      let steps = root["steps"]?.array() ?? [root]
      return try states.filter { $0.name == name }.map { state in
        let step = steps[state.step]
        return ConformanceStep(
          state: state, flows: try (step["flows"]?.array() ?? []).map { try flow($0, file) },
          skipped: ["healthChecks", "conntrackBefore"].filter { step[$0] != nil })
      }
    }
  }

  private static func flow(_ node: Yams.Node, _ file: String) throws -> ConformanceFlow {
    func failure(_ what: String) -> ConformanceError {
      ConformanceError(description: "\(file), flow \(node["name"]?.string ?? "?"): \(what)")
    }
    guard let from = node["from"], let origin = from["kind"]?.string.flatMap(Packet.Origin.init),
      let source = from["ip"]?.string.flatMap(IPAddress.init),
      let destination = node["to"]?.string.flatMap(IPAddress.init), let port = node["port"]?.int,
      let word = node["protocol"]?.string
    else { throw failure("from, to or port is not understood") }
    let transport: PacketProtocol
    if word == "ICMP" {
      transport = .icmp(destination.family)
    } else if let known = TransportProtocol(rawValue: word) {
      transport = PacketProtocol(known)
    } else {
      throw failure("protocol \(word)")
    }
    let stateWord = node["ctState"]?.string?.lowercased() ?? "new"
    guard let state = ConnectionState(rawValue: stateWord) else { throw failure("ctState \(stateWord)") }
    var flow = ConformanceFlow(
      name: node["name"]?.string ?? "",
      packet: Packet(
        from: origin, source, to: destination, transport, port: UInt16(port),
        inputInterface: from["interface"]?.string, state: state),
      expectations: [:])
    for mode in ProxyMode.allCases {
      guard let expect = node["expect"] ?? node["expectPerMode"]?[mode.rawValue] else { continue }
      guard let outcome = expect["action"]?.string.flatMap(Outcome.Class.init) else { throw failure("no action") }
      var expectation = ConformanceFlow.Expectation(outcome: outcome)
      for backend in expect["backends"]?.array().compactMap(\.string) ?? [] {
        let masquerade = expect["masquerade"]
        guard let flag = masquerade?.bool ?? masquerade?[backend]?.bool else { throw failure("masquerade") }
        expectation.backends[backend] = flag
      }
      flow.expectations[mode] = expectation
    }
    if let affinity = node["affinity"] {
      guard let group = affinity["group"]?.string, let seconds = affinity["timeoutSeconds"]?.int else {
        throw failure("affinity")
      }
      flow.affinityGroup = group
      flow.affinitySeconds = UInt64(seconds)
    }
    return flow
  }
}

struct ConformanceError: Error, CustomStringConvertible {
  var description: String
}
