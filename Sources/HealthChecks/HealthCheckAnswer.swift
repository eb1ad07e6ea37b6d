import KubernetesObjects

/// The HTTP answer of a health check node port, to any method and path (HC-4).
public struct HealthCheckAnswer: Hashable, Sendable {
  /// 200: send traffic here; 503: do not.
  public var status: Int
  /// Names and values, in the order they are sent.
  public var headers: [Header]
  /// JSON.
  public var body: String

  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String
  }

  /// - Parameter isProxyHealthy: whether the rules of this node are kept up to date.
  public init(_ entry: HealthCheckPorts.Entry, isProxyHealthy: Bool) {
    status = entry.localEndpoints > 0 && isProxyHealthy ? 200 : 503
    headers = [
      Header(name: "Content-Type", value: "application/json"),
      Header(name: "X-Content-Type-Options", value: "nosniff"),
      Header(name: "X-Load-Balancing-Endpoint-Weight", value: "\(entry.localEndpoints)"),
    ]
    body = """
      {
      \t"service": {
      \t\t"namespace": \(HealthCheckAnswer.quoted(entry.service.namespace)),
      \t\t"name": \(HealthCheckAnswer.quoted(entry.service.name))
      \t},
      \t"localEndpoints": \(entry.localEndpoints),
      \t"serviceProxyHealthy": \(isProxyHealthy)
      }
      """
  }

  /// Names of valid objects need no escapes; those of invalid ones must not break the JSON.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
