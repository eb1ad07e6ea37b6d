#if Agent
  /// What a stand-in keeps objects of.
  public enum StandInResource: String, Hashable, Sendable, CaseIterable {
    case services, endpointslices, servicecidrs, nodes

    init?(path: String) {
      guard let resource = StandInResource.allCases.first(where: { $0.path == path }) else { return nil }
      self = resource
    }

    var path: String {
      switch self {
      case .services: "/api/v1/services"
      case .endpointslices: "/apis/discovery.k8s.io/v1/endpointslices"
      case .servicecidrs: "/apis/networking.k8s.io/v1/servicecidrs"
      case .nodes: "/api/v1/nodes"
      }
    }

    var kind: String {
      switch self {
      case .services: "Service"
      case .endpointslices: "EndpointSlice"
      case .servicecidrs: "ServiceCIDR"
      case .nodes: "Node"
      }
    }

    var apiVersion: String {
      switch self {
      case .services, .nodes: "v1"
      case .endpointslices: "discovery.k8s.io/v1"
      case .servicecidrs: "networking.k8s.io/v1"
      }
    }
  }

  /// An object of a stand-in, as text.
  public struct StandInObject: Hashable, Sendable {
    public struct ID: Hashable, Sendable, Comparable {
      public var resource: StandInResource
      /// Empty for what belongs to the whole cluster.
      public var namespace: String
      public var name: String

      public init(_ resource: StandInResource, _ namespace: String, _ name: String) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
      }

      public static func < (one: ID, other: ID) -> Bool {
        (one.resource.rawValue, one.namespace, one.name) < (other.resource.rawValue, other.namespace, other.name)
      }
    }

    public var id: ID
    public var labels: [String: String] = [:]
    /// More members of `metadata`, each with a comma before it: `,"generation":1`.
    public var metadata = ""
    /// What field selectors look at, by the path of the field.
    public var fields: [String: String]
    /// The members of the object beside `metadata`, as JSON without the outer braces: `"spec":{}`.
    public var members: String

    public init(
      _ id: ID, labels: [String: String] = [:], fields: [String: String] = [:], metadata: String = "", members: String
    ) {
      self.id = id
      self.labels = labels
      self.metadata = metadata
      self.fields = fields.merging(["metadata.name": id.name]) { given, _ in given }
      self.members = members
    }

    /// The object with a version, as an API server writes it; in a list without its kind.
    func text(version: Int, isItem: Bool = false) -> String {
      let labels = labels.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
      let namespace = id.namespace.isEmpty ? "" : "\"namespace\":\"\(id.namespace)\","
      let head = isItem ? "" : "\"kind\":\"\(id.resource.kind)\",\"apiVersion\":\"\(id.resource.apiVersion)\","
      return "{\(head)\"metadata\":{\"name\":\"\(id.name)\",\(namespace)\"resourceVersion\":\"\(version)\","
        + "\"labels\":{\(labels)}\(metadata)},\(members)}"
    }
  }
#endif
