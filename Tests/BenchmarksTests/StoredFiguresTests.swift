import Foundation
import Testing

@testable import svcnat_benchmark

@Suite struct StoredFiguresTests {
  private func file(_ name: String) throws -> Data {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try Data(contentsOf: folder.appending(path: "Benchmarks/\(name)"))
  }

  @Test func publishedFiguresAreOfBothStages() throws {
    let published = try JSONDecoder().decode(PublishedFigures.self, from: file("kube-proxy.json"))
    #expect(Set(published.measurements.map(\.stage)) == [.start, .endpointReplaced])
    #expect(published.measurements.allSatisfy { $0.source != nil && $0.spread.median > 0 })
    #expect(published.source.contains("1.36"))
  }

  @Test func eachWorkloadIsRecorded() throws {
    struct Recorded: Decodable { var counts: [String: Int] }
    let recorded = try JSONDecoder().decode(Recorded.self, from: file("instructions.json"))
    #expect(Set(recorded.counts.keys) == Set(Workload.allCases.map(\.rawValue)))
  }
}
