import Foundation
import IPTables
import NFTables
import NetworkAddresses
import Testing

@testable import svcnat

/// Every golden is loaded by the tools it is written for, each in a network namespace of its own.
///
/// Needs root and the tools, and is skipped without; with `CI=true`, root is enough: a tool that is missing is a failure.
@Suite(.enabled(if: RealTools.canRun, "needs Linux, root and network namespaces"))
struct RealToolTests {
  @Test(.enabled(if: RealTools.has("nft"), "needs nft"))
  func nftLoadsListsAndLoadsItsListing() throws {
    let files = RealTools.goldens(suffix: ".nft")
    try RealTools.run(
      """
      nft -c -f "$1"
      nft -f "$1"
      nft -f "$1"
      nft list ruleset > "$2.loaded"
      nft flush ruleset
      nft -f "$2.loaded"
      nft list ruleset > "$2.reloaded"
      """, on: files
    ) { file, listing in
      let golden = try RulesetParser.parse(String(contentsOf: file, encoding: .utf8)).tables
      for step in ["loaded", "reloaded"] {
        let listed = try RulesetParser.parse(listing(step)).tables
        try #require(golden.count == 1 && listed.count == 1, "\(file.lastPathComponent): \(step)")
        let differences = TableComparison.differences(from: golden[0], to: listed[0])
        #expect(
          differences.isEmpty,
          "\(RealTools.name(file)), \(step): \(differences.map(\.description).joined(separator: "\n"))")
      }
    }
  }

  @Test(
    .enabled(if: RealTools.has("iptables-legacy-restore"), "needs iptables-legacy-restore"),
    arguments: ["iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft"])
  func iptablesLoads(_ tool: String) throws {
    let family: IPFamily = tool.hasPrefix("ip6") ? .ipv6 : .ipv4
    let files = RealTools.goldens(suffix: family == .ipv4 ? ".ipv4.rules" : ".ipv6.rules")
    try RealTools.run(
      """
      \(tool)-restore -w 60 --test --noflush < "$1"
      \(tool)-restore -w 60 --noflush < "$1"
      \(tool)-save > "$2.loaded"
      """, on: files
    ) { file, listing in
      let golden = try IPTablesParser.parse(String(contentsOf: file, encoding: .utf8), family: family)
      let saved = try IPTablesParser.parse(listing("loaded"), family: family)
      let differences = IPTablesComparison().differences(expected: golden, actual: saved)
      #expect(
        differences.isEmpty, "\(RealTools.name(file)): \(differences.map(\.description).joined(separator: "\n"))")
    }
  }
}

/// What the tests of real tools share.
enum RealTools {
  /// Whether network namespaces can be made.
  static let canRun: Bool = {
    #if os(Linux)
      guard geteuid() == 0 else { return false }
      if mustRun { return true }
      guard let unshare = Subprocess.find("unshare") else { return false }
      return (try? Subprocess(unshare, ["--net", "true"]).status) == 0
    #else
      return false
    #endif
  }()

  private static let mustRun = ProcessInfo.processInfo.environment["CI"] == "true"

  static func has(_ tool: String) -> Bool { mustRun || Subprocess.find(tool) != nil }

  static func goldens(suffix: String) -> [URL] {
    GoldenCase.all.flatMap { golden in
      ((try? FileManager.default.contentsOfDirectory(atPath: golden.path)) ?? [])
        .filter { $0.hasSuffix(suffix) }.sorted().map { URL(filePath: golden.file($0)) }
    }
  }

  /// Case and file.
  static func name(_ file: URL) -> String { file.pathComponents.suffix(2).joined(separator: "/") }

  /// Runs a shell script on each file, in a namespace of its own, and then looks at what it wrote. One process is
  /// started from here, whatever the number of files.
  ///
  /// - Parameters:
  ///   - script: `$1` is the file, `$2` the beginning of the paths it may write to.
  ///   - check: gets the file, and a function that reads what the script wrote by the end of its name.
  static func run(
    _ script: String, on files: [URL], check: (URL, (String) throws -> String) throws -> Void
  ) throws {
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let loop = """
      PATH=$PATH:/usr/sbin:/sbin script=$1 scratch=$2 n=0
      export PATH
      shift 2
      for file; do
        unshare --net sh -ec "$script" sh "$file" "$scratch/$n" > /dev/null 2> "$scratch/$n.error" \
          || echo "ended with $?" >> "$scratch/$n.error"
        n=$((n + 1))
      done
      """
    let run = try Subprocess(
      URL(filePath: "/bin/sh"), ["-c", loop, "sh", script, scratch.url.path] + files.map(\.path))
    try #require(run.status == 0, "\(run.error)")
    #expect(!files.isEmpty)
    for (index, file) in files.enumerated() {
      let error = try scratch.contents("\(index).error")
      if error.isEmpty {
        try check(file) { try scratch.contents("\(index).\($0)") }
      } else {
        Issue.record("\(name(file)): \(error)")
      }
    }
  }
}
