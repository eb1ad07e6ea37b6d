import Foundation
import IPTables
import NFTables
import NetworkAddresses
import ServicePlan
import TestSupport
import Testing

/// Whatever valid objects are given: they compile, to the same bytes again, in whatever order and files they come, and
/// the real tools load what is printed.
///
/// `SVCNAT_RANDOM_INPUTS` says how many clusters are tried, `SVCNAT_SEED` which is the first.
@Suite struct RandomInputTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let inputs = environment["SVCNAT_RANDOM_INPUTS"].flatMap(Int.init) ?? 16
  private static let firstSeed = environment["SVCNAT_SEED"].flatMap(UInt64.init) ?? 2000
  static let seeds = (0..<UInt64(inputs)).map { firstSeed + $0 }

  @Test(arguments: seeds)
  func orderAndFilesDoNotMatter(_ seed: UInt64) throws {
    let cluster = GeneratedCluster(seed: seed)
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    let manifests = CaseText.manifests(cluster.objects)
    let input = scratch.url.appending(path: "input.yaml")
    try write(manifests, to: input)
    let rules = try RandomInputTests.compile(input, cluster.configuration, to: scratch.url.appending(path: "rules"))
    try #require(rules.count == 6)
    #expect(
      try RandomInputTests.compile(input, cluster.configuration, to: scratch.url.appending(path: "again")) == rules,
      "compiled twice")

    var random = SeededNumbers(seed: seed)
    let shuffled = manifests.shuffled(using: &random)
    let folder = scratch.url.appending(path: "folder", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let middle = random.number(0...shuffled.count)
    try write(shuffled[..<middle], to: folder.appending(path: "a.yaml"))
    try write(shuffled[middle...], to: folder.appending(path: "b.yaml"))
    #expect(
      try RandomInputTests.compile(folder, cluster.configuration, to: scratch.url.appending(path: "shuffled")) == rules,
      "SVCNAT_SEED=\(seed) SVCNAT_RANDOM_INPUTS=1, in another order")
  }

  @Test(.enabled(if: RealTools.canRun, "needs Linux, root and network namespaces"))
  func realToolsLoadWhatIsPrinted() throws {
    let scratch = try TemporaryDirectory()
    defer { scratch.remove() }
    var files: [URL] = []
    for seed in RandomInputTests.seeds {
      let cluster = GeneratedCluster(seed: seed)
      let input = scratch.url.appending(path: "\(seed).yaml")
      try write(CaseText.manifests(cluster.objects), to: input)
      let output = scratch.url.appending(path: "\(seed)")
      files += try RandomInputTests.compile(input, cluster.configuration, to: output).keys.sorted().map {
        output.appending(path: $0)
      }
    }
    for (suffix, load) in [
      (".nft", "nft -f \"$1\""), (".ipv4.rules", "iptables-legacy-restore -w 60 --noflush < \"$1\""),
      (".ipv6.rules", "ip6tables-legacy-restore -w 60 --noflush < \"$1\""),
    ] {
      try RealTools.run(load, on: files.filter { $0.lastPathComponent.hasSuffix(suffix) }) { _, _ in }
    }
  }

  private func write(_ manifests: some Sequence<String>, to file: URL) throws {
    try Data(manifests.joined(separator: "---\n").utf8).write(to: file)
  }

  /// - Returns: what was written to the directory, by name.
  private static func compile(
    _ input: URL, _ configuration: NodeConfiguration, to directory: URL
  ) throws -> [String: String] {
    let run = try Subprocess(
      Subprocess.svcnat,
      ["compile", input.path, "--output", directory.path] + arguments(configuration)
        + ["nft-maps", "nft-chains", "iptables"].flatMap { ["--target", $0] })
    try #require(run.status == 0, "\(run.error)")
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try String(contentsOf: directory.appending(path: $0), encoding: .utf8)) })
  }

  private static func arguments(_ configuration: NodeConfiguration) -> [String] {
    func list(_ values: some Sequence<some CustomStringConvertible>) -> String {
      values.map(\.description).joined(separator: ",")
    }
    var arguments = ["--node-name", configuration.nodeName]
    if !configuration.nodeIPs.isEmpty { arguments += ["--node-ip", list(configuration.nodeIPs)] }
    if !configuration.interfaceAddresses.isEmpty {
      arguments += ["--interface-ip", list(configuration.interfaceAddresses)]
    }
    if let zone = configuration.zone { arguments += ["--zone", zone] }
    if !configuration.serviceCIDRs.isEmpty { arguments += ["--service-cidr", list(configuration.serviceCIDRs)] }
    if case .clusterCIDR(let prefixes) = configuration.detectLocal { arguments += ["--cluster-cidr", list(prefixes)] }
    if configuration.masqueradeAll { arguments.append("--masquerade-all") }
    return arguments
  }
}
