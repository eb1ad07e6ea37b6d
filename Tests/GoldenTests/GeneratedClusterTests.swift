import Foundation
import Testing

@testable import svcnat

/// `scripts/generate-cluster` prints one cluster in two formats; both compile, and to the same bytes.
@Suite(.enabled(if: Subprocess.find("python3") != nil, "needs python3"))
struct GeneratedClusterTests {
  @Test func formatsAgree() throws {
    let script = GoldenCase.root.deletingLastPathComponent().appending(path: "scripts/generate-cluster")
    let python = try #require(Subprocess.find("python3"))
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    var rules: [String] = []
    for format in ["json", "yaml"] {
      let arguments = ["--services", "60", "--endpoints", "3", "--managed-fields", "--format", format]
      let generated = try Subprocess(python, [script.path] + arguments)
      try #require(generated.status == 0, "\(generated.error)")
      let file = scratch.url.appending(path: "cluster.\(format)")
      try Data(generated.output.utf8).write(to: file)
      let options = ["--node-name", "node-00001", "--cluster-cidr", "10.128.0.0/9", "--strict"]
      let compiled = try Subprocess(Subprocess.svcnat, ["compile", file.path] + options)
      #expect(compiled.status == 0 && compiled.error.isEmpty, "\(format): \(compiled.error)")
      rules.append(compiled.output)
    }
    #expect(rules[0].contains("team-000/service-00059:http"))
    #expect(rules[0] == rules[1])
  }
}
