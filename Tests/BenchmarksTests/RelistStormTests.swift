import Testing

@testable import svcnat_benchmark

@Suite struct RelistStormTests {
  private func outcome(nodes: Int, isJittered: Bool = true) -> RelistStorm.Outcome {
    RelistStorm(model: APIServerModel(), nodes: nodes, outage: 60, isJittered: isJittered).run()
  }

  @Test func everyNodeGetsEverything() {
    let model = APIServerModel()
    let bytes = outcome(nodes: 100).bytes
    #expect(abs(bytes / (100 * (model.bytesOfServices + model.bytesOfSlices)) - 1) < 1e-6)
  }

  @Test func jitterSpreadsRequests() {
    let (jittered, together) = (outcome(nodes: 1000), outcome(nodes: 1000, isJittered: false))
    #expect(together.peakRequests == 2000)
    #expect(jittered.peakRequests * 10 < together.peakRequests)
    #expect(jittered.rejected <= together.rejected)
  }

  @Test func noNodeIsDoneBeforeItsBytesCanHaveBeenSent() {
    let model = APIServerModel()
    let nodes = 1000
    let bytes = Double(nodes) * (model.bytesOfServices + model.bytesOfSlices)
    let outcome = outcome(nodes: nodes)
    #expect(outcome.all >= bytes / (model.encoding * Double(model.processors) * Double(model.servers)))
    #expect(outcome.half <= outcome.almostAll && outcome.almostAll <= outcome.all)
  }
}
