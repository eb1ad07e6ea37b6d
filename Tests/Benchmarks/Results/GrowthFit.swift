import Foundation

/// A power law through points: cost = factor × size ^ exponent.
struct GrowthFit: Sendable {
  let exponent: Double
  let factor: Double

  /// Least squares of the logarithms. Nil where there are not two sizes.
  init?(_ points: [(size: Double, cost: Double)]) {
    let points = points.filter { $0.size > 0 && $0.cost > 0 }.map { (x: log($0.size), y: log($0.cost)) }
    let count = Double(points.count)
    guard Set(points.map(\.x)).count > 1 else { return nil }
    let (meanX, meanY) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    let above = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
    let below = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    exponent = above / below
    factor = exp(meanY - exponent * meanX)
  }

  func cost(_ size: Double) -> Double { factor * pow(size, exponent) }
}
