import Foundation
import KernelFlows
import Testing

/// `svcnat test` as a build calls it: what it prints where, and how it ends.
@Suite struct TestCommandTests {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  private func run(_ arguments: String...) throws -> Subprocess {
    try Subprocess(Subprocess.svcnat, ["test"] + arguments, in: Self.tests)
  }

  @Test func passingCasesEndWithZero() throws {
    let run = try run("ConformanceCases")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.last == "1101 passed, 0 failed, 17 skipped")
    #expect(lines.dropLast().count == 17)
    #expect(lines.dropLast().allSatisfy { $0.hasPrefix("skip ConformanceCases/") })
    #expect(run.error == "")
  }

  @Test func optionsChooseWhatIsTested() throws {
    let run = try run(
      "--target", "iptables", "--target", "nft-maps", "--filter", "^conntrack.*/2/", "--release", "1.36",
      "--format", "tap", "ConformanceCases")
    #expect(run.status == 0)
    #expect(
      run.output.split(separator: "\n").filter { $0.hasSuffix("scaled-to-zero # SKIP since release 1.37") }.isEmpty)
    #expect(!run.output.contains("nft-chains"))
    #expect(run.output.contains("ok 1 - conntrack-cleanup-covers-all-udp-services/2/conntrack entries # SKIP"))
  }

  @Test func failingFlowsEndWithOne() throws {
    let run = try run("--target", "nft-maps", "SvcnatTests/FlowReports/case.yaml")
    #expect(run.status == 1)
    #expect(run.output.hasSuffix("1 passed, 3 failed, 1 skipped\n"))
    #expect(run.error == "")
  }

  @Test(arguments: [
    (["no-such-file.yaml"], "no-such-file.yaml: no such file or directory"),
    (["GoldenTests/TestCommandTests.swift"], "error: "),
    (["--filter", "(", "ConformanceCases"], "--filter: \"(\" is no regular expression"),
    (["--filter", "nothing is called so", "ConformanceCases"], "nothing matches --filter"),
    (["--release", "now", "ConformanceCases"], "--release: \"now\" is no release such as 1.36"),
    (["--target", "ipvs", "ConformanceCases"], "ipvs"),
    ([], "input"),
  ])
  func troubleEndsWithTwo(_ arguments: [String], _ message: String) throws {
    let run = try Subprocess(Subprocess.svcnat, ["test"] + arguments, in: Self.tests)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.error.contains(message))
  }

  @Test func errorsOfCasesAreAllNamed() throws {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    for name in ["a.yaml", "b.json"] {
      try Data(#"{"name": "x", "confik": {}}"#.utf8).write(to: directory.url.appending(path: name))
    }
    let run = try Subprocess(Subprocess.svcnat, ["test", "."], in: directory.url)
    #expect(run.status == 2)
    let lines = run.error.split(separator: "\n")
    for name in ["./a.yaml", "./b.json"] {
      #expect(lines.contains("\(name):1:15: error: confik: there is no such key; did you mean config?"))
      #expect(lines.contains("\(name):1:1: error: config: is missing"))
    }
  }

  private static let kernelObstacle = KernelNode.obstacle().map { "\($0)" }

  @Test(.enabled(if: kernelObstacle == nil, Comment(rawValue: kernelObstacle ?? "")))
  func realPackets() throws {
    let passing = try run(
      "--kernel", "ConformanceCases/affinity-clientip-default.yaml", "ConformanceCases/state-invalid-dropped.yaml",
      "ConformanceCases/nodeport-hairpin.yaml")
    #expect(passing.status == 0, "\(passing.output)")
    #expect(passing.output.hasSuffix(" passed, 0 failed, 0 skipped\n"))
    let failing = try run("--kernel", "--target", "nft-maps", "SvcnatTests/FlowReports/case.yaml")
    #expect(failing.status == 1)
    #expect(failing.output.contains("  remark:   4 packets sent: 4 reject\n"))
    #expect(failing.output.contains("  rules met:\n"))
    #expect(failing.output.hasSuffix("1 passed, 3 failed, 1 skipped\n"))
  }
}
