import RuleNames
import ServicePlan

/// A layout, as far as keeping its table up to date needs it.
enum LiveLayout: Sendable {
  case maps(MapsLayout)
  case chains(ChainsLayout)

  init(_ kind: LiveTable.Layout, _ node: NodePlan, _ options: MapsOptions) {
    switch kind {
    case .maps: self = .maps(MapsLayout(node, options: options))
    case .chains: self = .chains(ChainsLayout(node))
    }
  }

  /// By the places that ``Fragment/elements`` counts.
  var sharedSets: [String] {
    switch self {
    case .maps: MapsLayout.SharedSet.allCases.map(\.name)
    case .chains: ChainsLayout.SharedSet.allCases.map(\.name)
    }
  }

  /// The sets in which elements of several Services can be the same one.
  var commonSets: (clusterIPs: Int, hairpinConnections: Int) {
    switch self {
    case .maps: (MapsLayout.SharedSet.clusterIPs.rawValue, MapsLayout.SharedSet.hairpinConnections.rawValue)
    case .chains: (ChainsLayout.SharedSet.clusterIPs.rawValue, ChainsLayout.SharedSet.hairpinConnections.rawValue)
    }
  }

  func fixedPart() -> Table {
    switch self {
    case .maps(let layout): layout.fixedPart()
    case .chains(let layout): layout.fixedPart()
    }
  }

  /// What one Service adds.
  func lower(_ ports: [ServicePortPlan], _ numbers: inout AffinityNumbers) -> MapsLayout.Contribution {
    var contribution = MapsLayout.Contribution()
    switch self {
    case .maps(let layout):
      for port in ports { layout.lower(port, into: &contribution, numbers: &numbers) }
    case .chains(let layout):
      contribution.fragment = Fragment(sharedSets: ChainsLayout.SharedSet.allCases.count)
      for port in ports { layout.lower(port, into: &contribution.fragment) }
    }
    return contribution
  }

  /// The comment of a cluster IP of a Service.
  func clusterIPComment(_ service: String) -> String? {
    switch self {
    case .maps: CommentText.limited(service)
    case .chains: nil
    }
  }
}
