import KubernetesObjects
import LivePlan

/// What an API server, or a directory of manifests, says of a cluster.
public enum ClusterEvent: Sendable {
  /// All there are, at the start and after an interruption: those that are not in the list are gone.
  case services([Listed<Service>])
  case slices([Listed<EndpointSlice>])
  case serviceCIDRs([Listed<ServiceCIDR>])
  /// One object.
  case change(ObjectChange, resourceVersion: UInt64?)
  /// The node itself; nil: there is no such Node.
  case node(Node?)
  /// An object that means nothing: it is passed over, what was known of it stays.
  ///
  /// - Parameter words: with the object and the field.
  case invalid(words: String)
}

/// What somebody who looks after an agent wants to know of a watch.
public enum WatchNotice: Hashable, Sendable, CustomStringConvertible {
  /// The complete state has come.
  case complete(WatchedKind, objects: Int)
  /// Something failed, and is tried again.
  case failed(WatchedKind, words: String, retryIn: Duration)
  /// The server cannot send the initial state in a watch: it is listed.
  case listing(WatchedKind, words: String)
  /// What was known is too old, or missed something: everything is listed again.
  case relisting(WatchedKind, words: String)

  public var description: String {
    switch self {
    case .complete(let kind, let objects): "\(kind): \(objects) known"
    case .failed(let kind, let words, let delay):
      "\(kind): \(words); trying again in \(delay.formatted(.units(allowed: [.seconds, .milliseconds], width: .narrow)))"
    case .listing(let kind, let words): "\(kind): listing instead of watching from the start: \(words)"
    case .relisting(let kind, let words): "\(kind): everything is listed again: \(words)"
    }
  }
}
