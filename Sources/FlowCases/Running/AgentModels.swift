import ConnectionTracking
import HealthChecks
import ServicePlan

extension TrackedConnection {
  /// An entry of a case: answers go to where the first packet came from.
  public init(_ entry: ConntrackEntry) {
    func end(_ place: FlowBackend) -> ConnectionEnd { ConnectionEnd(place.address, place.port) }
    self.init(
      transport: entry.transport, originalSource: end(entry.originalSource),
      originalDestination: end(entry.originalDestination), replySource: end(entry.replySource),
      replyDestination: end(entry.originalSource))
  }
}

extension HealthCheckExpectation {
  /// What the port answers for the Service under plans, while the proxy is healthy; nil: the Service has not got the port.
  func found(in plans: [NodePlan]) -> Answer? {
    for plan in plans {
      guard let entry = HealthCheckPorts(plan).entries[port], entry.service == service else { continue }
      let status = HealthCheckAnswer(entry, isProxyHealthy: true).status
      return Answer(localEndpoints: entry.localEndpoints, status: status)
    }
    return nil
  }
}
