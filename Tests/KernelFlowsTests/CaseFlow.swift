import KernelFlows
import KubernetesObjects
import NetworkAddresses
import ServicePlan
import TestSupport

/// A flow of a conformance case.
struct CaseFlow: Sendable {
  /// What must become of the packet in one mode.
  struct Expectation: Hashable, Sendable {
    var action: FlowFate.Action
    /// By `ip:port`, whether it is masqueraded.
    var backends: [String: Bool] = [:]
  }

  var name: String
  var packet: FlowPacket
  var expectations: [ProxyMode: Expectation] = [:]
  var affinityGroup: String?
}

/// A conformance case with the states it goes through.
struct FlowScenario: Sendable, CustomStringConvertible {
  var description: String
  var steps: [(state: ReferenceCase, flows: [CaseFlow])]

  static let all: Result<[FlowScenario], any Error> = Result {
    let states = Dictionary(grouping: try ReferenceCase.all, by: \.name)
    return try TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") }.map { file in
      let root = try TestData.document("ConformanceCases/" + file)
      let name = root["name"]?.string ?? ""
      let steps = root["steps"]?.elements ?? [root]
      return FlowScenario(
        description: name,
        steps: try (states[name] ?? []).map { state in
          (state, try (steps[state.step]["flows"]?.elements ?? []).map { try flow($0, name) })
        })
    }
  }

  private static func flow(_ node: DocumentNode, _ scenario: String) throws -> CaseFlow {
    guard let name = node["name"]?.string, let from = node["from"],
      let origin = from["kind"]?.string.flatMap(FlowPacket.Origin.init),
      let source = from["ip"]?.string.flatMap(IPAddress.init),
      let destination = node["to"]?.string.flatMap(IPAddress.init),
      let port = node["port"]?.scalarText.flatMap(UInt16.init), let word = node["protocol"]?.string,
      let state = FlowPacket.State(rawValue: node["ctState"]?.string?.lowercased() ?? "new")
    else { throw FlowError(description: "\(scenario): a flow is not understood") }
    let transport = TransportProtocol(rawValue: word).map { FlowPacket.Transport($0) } ?? .icmpEcho
    var flow = CaseFlow(
      name: name,
      packet: FlowPacket(
        from: origin, source, to: destination, transport, port: port, interface: from["interface"]?.string,
        state: state))
    for mode in ProxyMode.allCases {
      guard let expect = node["expect"] ?? node["expectPerMode"]?[mode.rawValue] else { continue }
      guard let action = expect["action"]?.string.flatMap(FlowFate.Action.init) else {
        throw FlowError(description: "\(scenario), flow \(name): no action")
      }
      var expectation = CaseFlow.Expectation(action: action)
      for backend in expect["backends"]?.elements.compactMap(\.string) ?? [] {
        guard let flag = expect["masquerade"]?.boolean ?? expect["masquerade"]?[backend]?.boolean else {
          throw FlowError(description: "\(scenario), flow \(name): masquerade of \(backend)")
        }
        expectation.backends[backend] = flag
      }
      flow.expectations[mode] = expectation
    }
    flow.affinityGroup = node["affinity"]?["group"]?.string
    return flow
  }
}

struct FlowError: Error, CustomStringConvertible {
  var description: String
}
