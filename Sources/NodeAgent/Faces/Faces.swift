#if Agent
  import Foundation
  import Logging
  import PrometheusMetrics

  /// The addresses at which the agent tells how it is.
  struct Faces {
    private var listeners: [HTTPListener] = []

    /// - Throws: where an address cannot be listened on and the configuration says that this is fatal.
    static func open(
      _ configuration: FaceConfiguration, health: ProxyHealth, registry: PrometheusRegistry, metrics: AgentMetrics,
      log: Logger
    ) async throws -> Faces {
      var faces = Faces()
      if let binding = configuration.healthz {
        try await faces.open(binding, configuration, log) { path in
          let isLivez = path == "/livez"
          guard isLivez || path == "/healthz" else { return .notFound }
          let answer = HealthAnswers.answer(health.report(), isLivez: isLivez, time: Date().timeIntervalSince1970)
          metrics.answered(isLivez: isLivez, code: answer.status)
          return answer
        }
      }
      if let binding = configuration.metrics {
        try await faces.open(binding, configuration, log) { path in
          switch path {
          case "/metrics": Faces.metrics(registry, metrics)
          case "/proxyMode": HTTPAnswer(200, type: "text/plain; charset=utf-8", configuration.proxyMode)
          case "/configz": HTTPAnswer(200, type: "application/json", configuration.configuration)
          case "/healthz", "/livez": HTTPAnswer(200, type: "text/plain; charset=utf-8", "ok")
          default: .notFound
          }
        }
      }
      return faces
    }

    private static func metrics(_ registry: PrometheusRegistry, _ metrics: AgentMetrics) -> HTTPAnswer {
      #if os(Linux)
        if let figures = ProcessFigures() { metrics.process(figures) }
      #endif
      return HTTPAnswer(200, type: PrometheusRegistry.contentType, registry.text())
    }

    private mutating func open(
      _ binding: SocketBinding, _ configuration: FaceConfiguration, _ log: Logger,
      _ answer: @escaping @Sendable (String) -> HTTPAnswer
    ) async throws {
      do {
        listeners.append(try await HTTPListener.open(binding, answer))
      } catch {
        if configuration.failsWithoutAddress { throw error }
        log.error("\(error)")
      }
    }

    func close() async {
      for listener in listeners { await listener.close() }
    }
  }
#endif
