import Foundation
import Testing

/// `svcnat check` as CI sees it: what it writes where, and how it ends.
@Suite struct CheckCommandTests {
  private static let right = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: None, sessionAffinity: ClientIP}
    """
  private static let deprecated = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {externalIPs: [198.51.100.1], ports: [{port: 80}]}
    """

  private func run(_ input: String?, _ arguments: String..., ignore: String? = nil) throws -> Subprocess {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    if let input { try Data(input.utf8).write(to: folder.url.appending(path: "in.yaml")) }
    if let ignore { try Data(ignore.utf8).write(to: folder.url.appending(path: "ignore.txt")) }
    let named = (input == nil ? [] : ["in.yaml"]) + (ignore == nil ? [] : ["--ignore-file", "ignore.txt"])
    return try Subprocess(Subprocess.svcnat, ["check"] + arguments + named, in: folder.url)
  }

  @Test func endsWithZeroBelowTheThreshold() throws {
    let run = try run(Self.right)
    #expect(run.status == 0 && run.error.isEmpty)
    #expect(run.output == "no findings; 1 Service checked; not shown: 1 of severity info\n")
  }

  @Test func endsWithOneFromTheThresholdOn() throws {
    #expect(try run(Self.right, "--severity", "info").status == 1)
    #expect(try run(Self.deprecated).status == 1)
    #expect(try run(Self.deprecated, "--severity", "error").status == 0)
    #expect(try run(Self.deprecated, "--severity", "error", "--strict").status == 1)
    let refused = try run(Self.deprecated.replacing("port: 80", with: "port: 80000"))
    #expect(refused.status == 1 && refused.error.isEmpty && refused.output.contains("[SVC001]"))
  }

  @Test func endsWithTwoInTrouble() throws {
    let unreadable = try run(Self.deprecated + "\n}")
    #expect(unreadable.status == 2 && unreadable.output.contains("error: ") && unreadable.output.contains("[SVC002]"))
    #expect(try run(nil).status == 2)
    #expect(try run(nil, "nothing.yaml").status == 2)
    #expect(try run(Self.right, "--ignore-file", "nothing.txt").status == 2)
    #expect(try run(Self.right, "--format", "xml").status == 2)
    #expect(try run(Self.right, "--node-port-range", "9-1").status == 2)
  }

  @Test func leavesUnsaidWhatTheFileSays() throws {
    let run = try run(Self.deprecated, ignore: "SVC701 shop/web moves soon\n")
    #expect(run.status == 0)
    #expect(run.output == "no findings; 1 Service checked; 1 suppressed\n")
  }

  @Test func takesTheRangesOfTheCluster() throws {
    let input = Self.deprecated.replacing("externalIPs: [198.51.100.1]", with: "type: NodePort, clusterIP: 10.43.0.1")
      .replacing("port: 80", with: "port: 80, nodePort: 20080")
    #expect(try run(input, "--service-cidr", "10.96.0.0/16").output.contains("[SVC303]"))
    #expect(try run(input, "--node-port-range", "20000-22767").status == 0)
  }

  @Test(arguments: ["text", "json", "github", "sarif"])
  func writesEveryFormat(_ format: String) throws {
    let run = try run(Self.deprecated, "--format", format)
    #expect(run.status == 1 && run.error.isEmpty)
    #expect(run.output.contains("SVC701") && run.output.contains("in.yaml"))
  }

  @Test func explainsAndLists() throws {
    let explained = try run(nil, "--explain", "svc101")
    #expect(explained.status == 0 && explained.output.hasPrefix("SVC101 SelectorMatchesNoPod (warning)\n"))
    let listed = try run(nil, "--list")
    #expect(listed.status == 0 && listed.output.contains("SVC801  info     a name that is cut in rules\n"))
    let unknown = try run(nil, "--explain", "SVC999")
    #expect(unknown.status == 2 && unknown.output.isEmpty && unknown.error.contains("SVC999"))
  }
}
