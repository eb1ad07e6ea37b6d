import Foundation
import SystemPrograms

/// A kube-proxy that is measured here and now, by `measure-kube-proxy`.
struct LiveKubeProxy {
  let path: String
  /// `nftables` or `iptables`.
  let mode: String

  private struct Answer: Decodable {
    /// Seconds.
    var start: Double
    var replaced: [Double]
    /// Bytes.
    var memory: Int
  }

  /// Its parts run in a network namespace of their own, which ends with them.
  func measure(_ size: ClusterSize, input: String) throws -> [Measurement] {
    let output = try SystemProgram("unshare").run([
      "--net", "sh", "-c", "ip link set lo up; exec \"$@\"", "-", "Tests/Benchmarks/measure-kube-proxy", path, mode,
      input,
    ])
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output))
    // The iptables mode uses what `iptables` is on this machine.
    return [(Stage.start, [answer.start], answer.memory as Int?), (.endpointReplaced, answer.replaced, nil)].map {
      stage, samples, memory in
      Measurement(
        stage: stage, target: "kube-proxy \(mode)", services: size.services, endpoints: size.endpoints,
        samples: samples,
        peakMemory: memory, source: "measured")
    }
  }
}
