#if Agent
  import Foundation
  import KubernetesObjects

  /// Tells the owners of Services what their node could not do, as Events of `events.k8s.io/v1`.
  public struct EventReporter: Sendable {
    private let client: APIClient
    private let nodeName: String

    /// Where the Events of a namespace are created; `create` has to be allowed there.
    static func path(_ namespace: String) -> String { "/apis/events.k8s.io/v1/namespaces/\(namespace)/events" }

    public init(_ client: APIClient, nodeName: String) {
      self.client = client
      self.nodeName = nodeName
    }

    /// - Parameters:
    ///   - service: what it is about.
    ///   - reason: one word in camel case, for programs: `FailedToStartServiceHealthcheck`.
    ///   - note: for people.
    /// - Throws: ``APIFailure``.
    public func warn(_ service: NamespacedName, reason: String, note: String) async throws {
      let event = Event(
        metadata: Event.Metadata(generateName: service.name + ".", namespace: service.namespace),
        eventTime: Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
        reportingInstance: "svcnat-\(nodeName)", reason: reason,
        regarding: Event.Regarding(namespace: service.namespace, name: service.name),
        // The API takes no more.
        note: String(note.prefix(1000)))
      try await client.create(EventReporter.path(service.namespace), try JSONEncoder().encode(event))
    }

    private struct Event: Encodable {
      struct Metadata: Encodable {
        var generateName: String
        var namespace: String
      }

      struct Regarding: Encodable {
        var apiVersion = "v1"
        var kind = "Service"
        var namespace: String
        var name: String
      }

      var apiVersion = "events.k8s.io/v1"
      var kind = "Event"
      var metadata: Metadata
      var eventTime: String
      var reportingController = "svcnat"
      var reportingInstance: String
      var action = "Listen"
      var type = "Warning"
      var reason: String
      var regarding: Regarding
      var note: String
    }
  }
#endif
