import Foundation

/// Exponents of growth with the number of Services, from 1,000 on: below, what does not depend on them counts for more.
struct GrowthTable {
  static let leastServices = 1000
  static let endpoints = 5

  private(set) var rows: [[String]] = []

  init(_ results: Results) {
    for stage in Stage.allCases {
      let targets =
        stage == .plan || stage == .decodeJSON || stage == .decodeYAML ? [nil] : ["nft-maps", "nft-chains", "iptables"]
      for target in targets {
        let points = GrowthTable.points(results, stage, target)
        guard let fit = GrowthFit(points), let first = points.first, let last = points.last else { continue }
        rows.append([
          stage.rawValue, target ?? "", FigureText.count(Int(first.size)), FigureText.count(Int(last.size)),
          String(format: "%.2f", fit.exponent),
        ])
      }
    }
  }

  static func points(_ results: Results, _ stage: Stage, _ target: String?) -> [(size: Double, cost: Double)] {
    results.series(stage, target, endpoints: endpoints).filter { $0.services >= leastServices }
      .map { (Double($0.services), $0.spread.median) }
  }
}
