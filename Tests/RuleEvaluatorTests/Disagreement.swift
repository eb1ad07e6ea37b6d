import FlowCases
import NetworkAddresses
import RuleEvaluator
import RuleTargets
import ServicePlan
import TestSupport

/// A packet whose fate the rules of a target and the plan do not agree on.
struct Disagreement {
  var packet: Packet
  var target: RuleTarget
  var observed: PlanPrediction.Result?
  var predicted: PlanPrediction.Result
  /// Without memory, of both modes.
  var predictions: [ProxyMode: PlanPrediction.Result]
  var story: String

  /// - Parameter packetLimit: how many of a plan's packets are tried; which ones depends on the cluster alone.
  static func first(in cluster: GeneratedCluster, packetLimit: Int = .max) throws -> Disagreement? {
    let plans = cluster.plans
    let evaluators = try RuleTarget.allCases.map { (target: $0, evaluator: try PacketEvaluator(plans, target: $0)) }
    for plan in plans {
      let predictions = ProxyMode.allCases.map { PlanPrediction(plan, mode: $0) }
      let packets = PacketProbes.sample(PacketProbes.packets(for: plan), limit: packetLimit)
      for packet in packets {
        var results: [ProxyMode: PlanPrediction.Result] = [:]
        for prediction in predictions { results[prediction.mode] = prediction.result(for: packet) }
        for (target, evaluator) in evaluators {
          guard let predicted = results[target.mode] else { continue }
          let outcome = try evaluator.evaluate(packet)
          if outcome.summary != predicted {
            return Disagreement(
              packet: packet, target: target, observed: outcome.summary, predicted: predicted, predictions: results,
              story: outcome.story)
          }
          if let disagreement = try later(packet, outcome, plan, evaluator, target, predictions, results) {
            return disagreement
          }
        }
      }
    }
    return nil
  }

  /// Further connections of the same client, to the same and to other frontends of the service port (AFF-1, AFF-3,
  /// AFF-4), and one when the time is over.
  private static func later(
    _ packet: Packet, _ outcome: Outcome, _ plan: NodePlan, _ evaluator: PacketEvaluator, _ target: RuleTarget,
    _ predictions: [PlanPrediction], _ results: [ProxyMode: PlanPrediction.Result]
  ) throws -> Disagreement? {
    guard let service = plan.owner(of: packet), let seconds = service.affinitySeconds,
      let prediction = predictions.first(where: { $0.mode == target.mode })
    else { return nil }
    for branch in Set([outcome.branches.first, outcome.branches.last].compactMap { $0 }) {
      guard case .translated(let address, let port) = branch.fate,
        let backend = service.reachableBackends.first(where: { $0.address == address && $0.port == port })
      else { continue }
      var memory = AffinityMemory()
      memory.apply(branch.updates, at: 1000)
      var connections: [(packet: Packet, remembered: Backend?, at: UInt64)] = [
        (packet, backend, 1000 + UInt64(seconds) - 1), (packet, nil, 1000 + UInt64(seconds) + 1),
      ]
      for (address, port) in service.frontends(of: plan) {
        var second = packet
        second.destination = address
        second.destinationPort = port
        // A node port may be the port of another one's address, which comes first (FRONT-8).
        if plan.owner(of: second)?.name == service.name { connections.append((second, backend, 1000)) }
      }
      for (second, remembered, time) in connections {
        let outcome = try evaluator.evaluate(second, memory: memory, at: time)
        let predicted = prediction.result(for: second, remembered: remembered)
        if outcome.summary != predicted {
          return Disagreement(
            packet: second, target: target, observed: outcome.summary, predicted: predicted, predictions: results,
            story: "after a connection to \(backend.key)\n" + outcome.story)
        }
      }
    }
    return nil
  }

  /// The flow as a case file has it.
  var flow: String {
    let transport = packet.transport.transport?.rawValue ?? "ICMP"
    let interface = packet.inputInterface.isEmpty ? "" : ", interface: \(packet.inputInterface)"
    let expectations = predictions.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($0.key.rawValue): \($0.value.caseText)" }.joined(separator: ", ")
    let state = packet.state == .new ? "" : ", ctState: \(packet.state.rawValue.uppercased())"
    return "{name: disagreement, from: {kind: \(packet.origin.rawValue), ip: '\(packet.source)'\(interface)}, "
      + "to: '\(packet.destination)', protocol: \(transport), port: \(packet.destinationPort)\(state), "
      + "expectPerMode: {\(expectations)}}"
  }
}

extension NodePlan {
  /// The service port whose frontend a packet is for; node ports on whatever address.
  fileprivate func owner(of packet: Packet) -> ServicePortPlan? {
    let candidates = servicePorts.filter { $0.transport == packet.transport.transport }
    return candidates.first { port in
      port.port == packet.destinationPort
        && ([port.clusterIP].compactMap { $0 } + port.externalIPs + port.loadBalancerIPs).contains(packet.destination)
    } ?? candidates.first { $0.nodePort != 0 && $0.nodePort == packet.destinationPort }
  }
}

extension ServicePortPlan {
  fileprivate func frontends(of plan: NodePlan) -> [(IPAddress, UInt16)] {
    let addresses = [clusterIP].compactMap { $0 } + externalIPs + loadBalancerIPs
    let own = plan.configuration.interfaceAddresses.filter { $0.family == plan.family }
    return addresses.map { ($0, port) } + (nodePort == 0 ? [] : own.map { ($0, nodePort) })
  }
}

extension PlanPrediction.Result {
  /// As `expect` of a case file has it.
  var caseText: String {
    guard outcome == .dnat else { return "{action: \(outcome.rawValue)}" }
    let keys = backends.map { "'\($0.key)'" }.joined(separator: ", ")
    let flags = Set(backends.map(\.isMasqueraded))
    let masquerade =
      flags.count == 1
      ? "\(flags.contains(true))"
      : "{" + backends.map { "'\($0.key)': \($0.isMasqueraded)" }.joined(separator: ", ") + "}"
    return "{action: dnat, backends: [\(keys)], masquerade: \(masquerade)}"
  }
}

extension Outcome {
  /// Every branch with the rules it met.
  var story: String {
    branches.map { branch in
      "\(branch.fate) \(branch.probability) masqueraded: \(branch.isMasqueraded)\n"
        + steps(of: branch).map { "  \($0.hook) \($0.chain): \($0.rule) -> \($0.effect)" }.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension Outcome.Backend {
  /// `ip:port`, `[ip]:port`
  var key: String { FlowBackend(address: address, port: port).description }
}
