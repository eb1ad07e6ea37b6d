import KubernetesObjects
import NetworkAddresses

/// Where a packet comes from or goes to, in the words of a person.
public enum Place: Hashable, Sendable {
  case address(IPAddress)
  /// `node`: the node whose rules are asked.
  case thisNode
  /// `node/NAME`
  case node(String)
  /// `localhost`
  case localhost
  /// `external`: somewhere outside the cluster.
  case external
  /// `pod/NAME`, `pod/NAMESPACE/NAME`
  case pod(namespace: String?, name: String)
  /// A Service, or a name that cluster DNS may know.
  case name(String)

  init(_ text: String) {
    if let address = IPAddress(text) {
      self = .address(address)
      return
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch (parts.count, parts[0]) {
    case (1, "node"): self = .thisNode
    case (1, "localhost"): self = .localhost
    case (1, "external"): self = .external
    case (2, "node"): self = .node(parts[1])
    case (2, "pod"): self = .pod(namespace: nil, name: parts[1])
    case (3, "pod"): self = .pod(namespace: parts[1], name: parts[2])
    // kubectl's spelling of a namespace and a name.
    case (2, _): self = .name("\(parts[1]).\(parts[0])")
    default: self = .name(text)
    }
  }
}

/// `--from`: a ``Place`` that packets can come from.
public struct SourceQuery: Hashable, Sendable {
  public var place: Place

  /// - Throws: ``QuestionError/notASource(_:)`` for a name, which is no single address.
  public init(_ text: String) throws(QuestionError) {
    place = Place(text)
    if case .name = place { throw .notASource(text) }
  }
}
