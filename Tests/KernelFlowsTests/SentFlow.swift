import FlowCases
import KernelFlows
import ServicePlan

/// A flow of a case as a packet that can be sent.
struct SentFlow {
  var flow: Flow
  var packet: FlowPacket

  /// Nil where no packet can be made of the flow.
  init?(_ flow: Flow) {
    guard let packet = FlowPacket(flow.packet) else { return nil }
    self.flow = flow
    self.packet = packet
  }
}

/// A case: its states, and what is sent in each.
struct SentCase {
  var name: String
  var configuration: NodeConfiguration
  var steps: [(plans: [NodePlan], flows: [SentFlow])]

  init(_ flowCase: FlowCase) {
    name = flowCase.name
    configuration = flowCase.configuration
    steps = zip(ClusterState.all(of: flowCase), flowCase.steps).map { state, step in
      (state.plans, step.flows.compactMap(SentFlow.init))
    }
  }

  /// A node that all steps fit on.
  func node() throws -> KernelNode {
    try KernelNode(
      NodeLayout(
        configuration, plans: steps.flatMap(\.plans), packets: steps.flatMap(\.flows).map(\.packet)),
      tableLoader: KernelSupport.tableLoader)
  }
}
