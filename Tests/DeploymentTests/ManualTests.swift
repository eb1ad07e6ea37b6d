#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import PrometheusMetrics
  import TestSupport
  import Testing

  @testable import NodeAgent
  @testable import svcnat

  /// The article on the agent names what there is.
  struct ManualTests {
    private let article: String

    init() throws {
      article = try String(
        contentsOf: Repository.scripts.deletingLastPathComponent().appending(
          path: "Sources/svcnat/svcnat.docc/Agent.md"),
        encoding: .utf8)
    }

    @Test func tableOfMetricsIsWhole() {
      let rows = article.matches(of: /\n\| `([a-z_]+)` \| (counter|gauge|histogram) \|/)
        .map { "\($0.output.1) \($0.output.2)" }
      let metrics = AgentMetrics.descriptions.map { description in
        switch description.kind {
        case .counter: "\(description.name) counter"
        case .gauge: "\(description.name) gauge"
        case .histogram: "\(description.name) histogram"
        }
      }
      #expect(rows.sorted() == metrics.sorted())
    }

    @Test func optionsExist() {
      let help = AgentCommand.helpMessage(columns: 200)
      // Of other programs, in commands that are shown.
      let foreign: Set<String> = ["--type", "--build-arg", "--nfacct"]
      let options = Set(article.matches(of: /--[a-z][a-z-]+/).map { String($0.output) }).subtracting(foreign)
      #expect(options.count > 8)
      for option in options { #expect(help.contains("\(option) ") || help.contains("\(option)\n"), "\(option)") }
    }

    @Test func fieldsWithoutEffectAreNamed() {
      for (field, _) in KubeProxyConfigurationReader.withoutEffect {
        #expect(article.contains("`\(field)`"), "\(field)")
      }
    }

    @Test func addressesAreTheDefaults() throws {
      let faces = FaceConfiguration()
      let healthz = try #require(faces.healthz)
      let metrics = try #require(faces.metrics)
      for path in ["\(healthz)/healthz", "\(healthz)/livez", "\(metrics)/metrics", "\(metrics)/proxyMode"] {
        #expect(article.contains("| `\(path)` |"), "\(path)")
      }
    }

    @Test func filesExist() {
      let paths = Set(article.matches(of: /(?:scripts|golden)\/[A-Za-z0-9.\/-]+/).map { String($0.output) })
      #expect(paths.count > 4)
      for path in paths {
        let file = Repository.scripts.deletingLastPathComponent().appending(path: path).path
        #expect(FileManager.default.fileExists(atPath: file), "\(path)")
      }
    }
  }
#endif
