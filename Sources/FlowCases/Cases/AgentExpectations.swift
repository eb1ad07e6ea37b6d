import KubernetesObjects
import NetworkAddresses

// What a case says of the part of kube-proxy that keeps running, which rules alone cannot show.

/// A connection in the kernel's table.
public struct ConntrackEntry: Hashable, Sendable {
  /// What the case calls it.
  public var id: String
  public var transport: TransportProtocol
  public var originalSource: FlowBackend
  public var originalDestination: FlowBackend
  /// Where answers come from: the backend, if the connection was translated.
  public var replySource: FlowBackend
}

/// What a sync does to the connection tracking table.
public struct ConntrackExpectation: Hashable, Sendable {
  public var position: SourcePosition
  /// In the table when the sync of the step runs.
  public var before: [ConntrackEntry]
  /// The ids of exactly those the sync removes.
  public var deleted: Set<String>
}

/// What `healthCheckNodePort` of a Service answers.
public struct HealthCheckExpectation: Hashable, Sendable {
  public var position: SourcePosition
  public var service: NamespacedName
  public var port: UInt16
  /// Nil: the port is closed.
  public var answer: Answer?

  public struct Answer: Hashable, Sendable {
    public var localEndpoints: Int
    /// The HTTP status while the proxy itself is healthy.
    public var status: Int
  }
}

extension ConntrackExpectation: CustomStringConvertible {
  /// `removed: a, b`
  public var description: String {
    deleted.isEmpty ? "nothing is removed" : "removed: \(deleted.sorted().joined(separator: ", "))"
  }
}

extension HealthCheckExpectation: CustomStringConvertible {
  /// `open, 2 local endpoints, status 200`
  public var description: String { answer?.description ?? "closed" }
}

extension HealthCheckExpectation.Answer: CustomStringConvertible {
  /// `open, 2 local endpoints, status 200`
  public var description: String {
    "open, \(localEndpoints) local endpoint\(localEndpoints == 1 ? "" : "s"), status \(status)"
  }
}
