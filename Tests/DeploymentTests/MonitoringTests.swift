#if Agent && os(Linux)
  import CoreMetrics
  import Foundation
  import KubernetesObjects
  import PrometheusMetrics
  import TestSupport
  import Testing

  @testable import NodeAgent

  /// `scripts/monitoring`: alerts and a dashboard ask for what the agent tells.
  struct MonitoringTests {
    private static let alerts = Repository.scripts.appending(path: "monitoring/alerts.yaml").path

    /// Prometheus' own, of every target.
    private static let foreign: Set<String> = ["up"]

    // MARK: - Expressions

    private func alertExpressions() throws -> [(place: String, expression: String)] {
      try Repository.documents("monitoring/alerts.yaml").flatMap { $0["groups"]?.elements ?? [] }
        .flatMap { $0["rules"]?.elements ?? [] }
        .map { (try #require($0["alert"]?.string), try #require($0["expr"]?.string)) }
    }

    private func panels() throws -> [DocumentNode] {
      let documents = try Repository.documents("monitoring/dashboard.json")
      try #require(documents.count == 1)
      return try #require(documents[0]["panels"]).elements
    }

    private func panelExpressions() throws -> [(place: String, expression: String)] {
      try panels().flatMap { panel in
        try (panel["targets"]?.elements ?? []).map {
          (try #require(panel["title"]?.string), try #require($0["expr"]?.string))
        }
      }
    }

    /// Names of metrics in a PromQL expression: words that are no function, keyword, label, string or duration.
    private func metrics(of expression: String) -> Set<String> {
      let bare = expression.replacing(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring) *\([^)]*\)/, with: " ")
      let keywords: Set<String> = ["and", "or", "unless", "bool", "offset"]
      return Set(
        bare.matches(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)( *\()?/)
          .filter { $0.output.2 == nil && !keywords.contains(String($0.output.1)) }.map { String($0.output.1) })
    }

    @Test func metricsAreFoundInExpressions() {
      #expect(
        metrics(of: #"sum by (le) (rate(a_bucket{b="c_total"}[5m])) / on(d) (e > 3 or vector(0)) and time() - f > 60"#)
          == ["a_bucket", "e", "f"])
    }

    @Test func everyMetricIsExported() throws {
      let kinds = Dictionary(uniqueKeysWithValues: AgentMetrics.descriptions.map { ($0.name, $0.kind) })
      let expressions = try alertExpressions() + panelExpressions()
      try #require(expressions.count > 20)
      for (place, expression) in expressions {
        let names = metrics(of: expression)
        #expect(!names.isEmpty, "\(place)")
        for name in names.subtracting(Self.foreign) {
          let parts = ["_bucket", "_sum", "_count"].filter { name.hasSuffix($0) }
          let base = parts.reduce(name) { String($0.dropLast($1.count)) }
          if case .histogram? = kinds[base], !parts.isEmpty { continue }
          let kind = try #require(kinds[name], "\(place): \(name)")
          if case .histogram = kind { Issue.record("\(place): \(name) is a histogram") }
          // A number that only grows says something by how fast it does.
          let isCounter = kind == .counter
          let isRated = expression.contains("rate(\(name)") || expression.contains("increase(\(name)")
          #expect(isCounter == isRated, "\(place): \(name)")
        }
      }
    }

    // MARK: - promtool

    @Test(.enabled(if: TestedProgram.promtool.mayRun, "needs promtool"))
    func alertsAreRules() throws {
      let result = try TestedProgram.promtool.run(["check", "rules", "--lint-fatal", Self.alerts])
      #expect(result.status == 0, "\(result.output)")
    }

    @Test(.enabled(if: TestedProgram.promtool.mayRun, "needs promtool"))
    func alertsFireWhenTheyShould() throws {
      let tests = TestData.directory.appending(path: "DeploymentTests/alerts-test.yaml").path
      let result = try TestedProgram.promtool.run(["test", "rules", tests])
      #expect(result.status == 0, "\(result.output)")
    }

    @Test func everyAlertIsTested() throws {
      let tests = try TestData.text("DeploymentTests/alerts-test.yaml")
      for (alert, _) in try alertExpressions() { #expect(tests.contains("alertname: \(alert)\n"), "\(alert)") }
    }

    @Test(.enabled(if: TestedProgram.promtool.mayRun, "needs promtool"))
    func panelsAskWhatPrometheusUnderstands() throws {
      let scratch = try Scratch()
      defer { scratch.remove() }
      var rules = "groups:\n- name: panels\n  rules:\n"
      for (index, target) in try panelExpressions().enumerated() {
        // Grafana puts in what is chosen.
        let expression = target.expression.replacing("$__rate_interval", with: "5m")
          .replacing(/\$(job|instance)/, with: "x")
        rules += "  - record: panel:\(index)\n    expr: '\(expression)'\n"
      }
      let file = try scratch.write(rules, to: "panels.yaml")
      let result = try TestedProgram.promtool.run(["check", "rules", file.path])
      #expect(result.status == 0, "\(result.output)\n\(rules)")
    }

    @Test(.enabled(if: TestedProgram.promtool.mayRun, "needs promtool"))
    func answerOfMetricsIsWellFormed() throws {
      let registry = PrometheusRegistry(AgentMetrics.descriptions)
      let dimensions = [("ip_family", "IPv4")]
      for description in AgentMetrics.descriptions {
        switch description.kind {
        case .counter: Counter(label: description.name, dimensions: dimensions, factory: registry).increment(by: 3)
        case .gauge: Meter(label: description.name, dimensions: dimensions, factory: registry).set(1_800_000_000.25)
        case .histogram:
          let timer = Timer(label: description.name, dimensions: dimensions, factory: registry)
          for nanoseconds in [20_000, 5_000_000, 2_000_000_000, 900_000_000_000] {
            timer.recordNanoseconds(nanoseconds)
          }
        }
      }
      let result = try TestedProgram.promtool.run(["check", "metrics"], input: registry.text())
      // kube-proxy's own names, which dashboards of others ask for.
      let kubeProxys = ["no_local_endpoints", "iptables"].map {
        "kubeproxy_sync_proxy_rules_\($0)_total non-counter metrics should not have"
      }
      let complaints = result.output.split(separator: "\n").filter { line in
        !kubeProxys.contains { line.hasPrefix($0) }
      }
      #expect(complaints.isEmpty, "\(result.output)")
    }

    // MARK: - The dashboard

    @Test func panelsHaveTheirPlaces() throws {
      var taken: Set<[Int]> = []
      var ids: Set<Int> = []
      for panel in try panels() {
        let title = try #require(panel["title"]?.string)
        let id = try #require(panel["id"]?.integer)
        #expect(ids.insert(id).inserted, "\(title)")
        func number(_ key: String) throws -> Int { try #require(panel.at("gridPos.\(key)")?.integer) }
        let (x, y, width, height) = (try number("x"), try number("y"), try number("w"), try number("h"))
        #expect(x + width <= 24, "\(title)")
        for column in x..<x + width {
          for row in y..<y + height { #expect(taken.insert([column, row]).inserted, "\(title)") }
        }
        guard panel["type"]?.string != "row" else { continue }
        #expect(panel["description"]?.string?.isEmpty == false, "\(title)")
        for target in panel["targets"]?.elements ?? [] {
          #expect(target.at("datasource.uid")?.string == "${datasource}", "\(title)")
        }
      }
      #expect(ids.count > 10)
    }

    /// Each is there to be chosen, and chooses something.
    @Test func variablesAreUsed() throws {
      let dashboard = try #require(try Repository.documents("monitoring/dashboard.json").first)
      let names = (dashboard.at("templating.list")?.elements ?? []).compactMap { $0["name"]?.string }
      #expect(names == ["datasource", "job", "instance"])
      for (place, expression) in try panelExpressions() {
        let used = Set(expression.matches(of: /\$([a-z]+)/).map { String($0.output.1) })
        #expect(used == ["job", "instance"], "\(place)")
      }
    }
  }
#endif
