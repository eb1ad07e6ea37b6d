import Foundation
import Testing

/// `svcnat golden` as another repository uses it.
@Suite struct GoldenCommandTests {
  private static let input = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
    """

  /// A folder `golden` with two cases, not recorded yet.
  private func folder() throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    for (name, options) in [("web", "node-name: a\nfamily: ipv4\n"), ("deep/er", "node-name: a\ntarget: nft-maps\n")] {
      let directory = folder.url.appending(path: "golden/\(name)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try Data(Self.input.utf8).write(to: directory.appending(path: "input.yaml"))
      try Data(options.utf8).write(to: directory.appending(path: "options.yaml"))
    }
    return folder
  }

  private func run(_ arguments: String..., in folder: TemporaryDirectory) throws -> Subprocess {
    try Subprocess(Subprocess.svcnat, ["golden"] + arguments, in: folder.url)
  }

  @Test func thisRepositoryIsAsExpected() throws {
    let run = try Subprocess(
      Subprocess.svcnat, ["golden", "check", "golden"], in: GoldenTests.repository)
    #expect(run.status == 0 && run.error.isEmpty, "\(run.output)\(run.error)")
    #expect(run.output.hasSuffix(" golden directories, all as expected\n"))
  }

  @Test func recordsThenChecks() throws {
    let folder = try folder()
    defer { folder.remove() }
    let before = try run("check", "golden", in: folder)
    #expect(before.status == 1)
    #expect(before.output.contains("golden/web/nft-maps.ipv4.nft: is missing\n"))
    #expect(
      before.output.hasSuffix("2 golden directories, 2 not as expected; svcnat golden record writes the files anew\n"))
    let recorded = try run("record", "golden", in: folder)
    #expect(recorded.status == 0 && recorded.output.hasSuffix("2 golden directories, 7 files changed\n"))
    #expect(try run("check", "golden", in: folder).status == 0)
    #expect(try run("check", "golden/web", "golden/deep", in: folder).status == 0)
    #expect(try run("record", "golden", in: folder).output == "2 golden directories, 0 files changed\n")
    // The directory that options do not limit has all targets; the other one a single target, in both families.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.appending(path: "golden/deep/er").path)
    #expect(
      names.sorted() == ["diagnostics.txt", "input.yaml", "nft-maps.ipv4.nft", "nft-maps.ipv6.nft", "options.yaml"])
  }

  @Test func namesWhatDiffersIsMissingOrAnOrphan() throws {
    let folder = try folder()
    defer { folder.remove() }
    _ = try run("record", "golden", in: folder)
    let web = folder.url.appending(path: "golden/web")
    let rules = web.appending(path: "iptables.ipv4.rules")
    let text = try String(contentsOf: rules, encoding: .utf8)
    try Data(text.replacing("10.96.0.1", with: "10.96.0.9").utf8).write(to: rules)
    try FileManager.default.removeItem(at: web.appending(path: "nft-chains.ipv4.nft"))
    try Data().write(to: web.appending(path: "old.nft"))
    try Data().write(to: web.appending(path: "README.md"))
    let run = try run("check", "golden", in: folder)
    #expect(run.status == 1 && run.error.isEmpty)
    #expect(
      run.output.contains("golden/web/iptables.ipv4.rules: differs\n--- golden/web/iptables.ipv4.rules\n+++ now\n@@ "))
    #expect(run.output.contains("golden/web/nft-chains.ipv4.nft: is missing\n"))
    #expect(run.output.contains("golden/web/old.nft: is an orphan, nothing writes it\n"))
    #expect(!run.output.contains("README.md"))
  }

  @Test func errorsOfAnInputCanBeExpected() throws {
    let folder = try folder()
    defer { folder.remove() }
    let input = folder.url.appending(path: "golden/web/input.yaml")
    try Data(Self.input.replacing("port: 80", with: "port: 0").utf8).write(to: input)
    let recorded = try run("record", "golden/web", in: folder)
    #expect(recorded.output == "golden/web/diagnostics.txt: written\n1 golden directory, 1 file changed\n")
    #expect(try folder.contents("golden/web/diagnostics.txt").hasPrefix("input.yaml:4:"))
    #expect(try run("check", "golden/web", in: folder).status == 0)
  }

  @Test(arguments: [
    (["check", "nowhere"], "nowhere: no such directory"),
    (["check", "golden/web/input.yaml"], "golden/web/input.yaml: is no directory; name the one it is in"),
    (["check", "empty"], "empty: no golden directory here"),
    (["record", "noinput"], "noinput: has no input.yaml, input.json or input/"),
    (["check", "unknown"], "unknown/options.yaml: Unknown option '--colour'"),
    (["check", "broken"], "broken/options.yaml:2:1: error: "),
    (["check", "list"], "list/options.yaml: is no mapping of option names to values"),
    (["check"], "dir"),
  ])
  func troubleEndsWithTwo(_ arguments: [String], _ message: String) throws {
    let folder = try folder()
    defer { folder.remove() }
    for (name, options) in [
      ("empty", nil), ("noinput", ""), ("unknown", "colour: red"), ("broken", "{"), ("list", "- a"),
    ] as [(String, String?)] {
      let directory = folder.url.appending(path: name)
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      if let options { try Data((options + "\n").utf8).write(to: directory.appending(path: "options.yaml")) }
      if let options, !options.isEmpty { try Data(Self.input.utf8).write(to: directory.appending(path: "input.yaml")) }
    }
    let run = try Subprocess(Subprocess.svcnat, ["golden"] + arguments, in: folder.url)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.error.contains(message), "\(run.error)")
  }
}
