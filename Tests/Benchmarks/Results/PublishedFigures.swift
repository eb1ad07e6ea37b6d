import Foundation

/// Figures of kube-proxy that were published, for where there is no kube-proxy to measure.
struct PublishedFigures: Codable {
  /// What the figures were taken of and on.
  var source: String
  var figures: [Figure]

  struct Figure: Codable {
    var stage: Stage
    var target: String
    var services: Int
    var endpoints: Int
    var seconds: Double
    /// Where they are known.
    var least: Double?
    var most: Double?
    /// Of the process itself.
    var memoryMiB: Int?
  }

  static let path = "Tests/Benchmarks/kube-proxy.json"

  static func read() throws -> PublishedFigures {
    try JSONDecoder().decode(PublishedFigures.self, from: Data(contentsOf: URL(filePath: path)))
  }

  var measurements: [Measurement] {
    figures.map { figure in
      Measurement(
        stage: figure.stage, target: figure.target, services: figure.services, endpoints: figure.endpoints,
        samples: [figure.least, figure.seconds, figure.most].compactMap { $0 },
        peakMemory: figure.memoryMiB.map { $0 << 20 }, source: "published")
    }
  }
}
