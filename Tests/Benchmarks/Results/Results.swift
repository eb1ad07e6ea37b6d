import Foundation

/// A run of the suite: what `--json` writes and `render` reads.
struct Results: Codable, Sendable {
  var machine: Machine
  var measurements: [Measurement]
  /// What was not measured, and why.
  var caps: [String]
  /// Wall seconds of the whole run.
  var duration: Double = 0

  static func read(_ path: String) throws -> Results {
    try JSONDecoder().decode(Results.self, from: Data(contentsOf: URL(filePath: path)))
  }

  func write(_ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(self).write(to: URL(filePath: path))
  }

  /// Those of one stage, by size.
  func series(_ stage: Stage, _ target: String? = nil, endpoints: Int? = nil, services: Int? = nil) -> [Measurement] {
    measurements.filter {
      $0.stage == stage && (target == nil || $0.target == target) && $0.source == nil
        && (endpoints == nil || $0.endpoints == endpoints) && (services == nil || $0.services == services)
    }.sorted { ($0.services, $0.endpoints) < ($1.services, $1.endpoints) }
  }
}
