#if Agent
  import Foundation

  /// `/healthz` and `/livez` (HC-5, HC-6).
  enum HealthAnswers {
    /// - Parameter isLivez: whether the node may get traffic does not matter.
    static func answer(_ report: ProxyHealth.Report, isLivez: Bool, time: Double) -> HTTPAnswer {
      let isHealthy = report.isHealthy && (isLivez || report.isNodeEligible)
      // While all is well nothing is out of date.
      let updated = isHealthy ? time : report.lastUpdated
      var fields = [
        "\"lastUpdated\": \(text(updated))", "\"currentTime\": \(text(time))",
      ]
      if !isLivez { fields.append("\"nodeEligible\": \(report.isNodeEligible)") }
      fields.append("\"healthy\": \(isHealthy)")
      let families = report.families.map { family in
        let name = family.family == .ipv4 ? "IPv4" : "IPv6"
        return "\"\(name)\": {\"lastUpdated\": \(text(family.lastUpdated)), \"healthy\": \(family.isHealthy)}"
      }
      fields.append("\"status\": {\(families.joined(separator: ", "))}")
      return HTTPAnswer(isHealthy ? 200 : 503, type: "application/json", "{\(fields.joined(separator: ", "))}")
    }

    /// RFC 3339, in UTC; what never happened is the year one, as Go writes it.
    private static func text(_ time: Double?) -> String {
      guard let time else { return "\"0001-01-01T00:00:00Z\"" }
      return "\"\(Date(timeIntervalSince1970: time).formatted(.iso8601))\""
    }
  }
#endif
