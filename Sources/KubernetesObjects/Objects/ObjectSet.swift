/// All objects of an input, in the order they were read, and what was said while reading them.
///
/// The position of an object is where its name is written.
public struct ObjectSet: Sendable {
  /// Names of what was read, for messages; ``SourcePosition/file`` counts them.
  public var files: [String] = []
  public var services: [Service] = []
  public var slices: [EndpointSlice] = []
  public var nodes: [Node] = []
  public var serviceCIDRs: [ServiceCIDR] = []
  public var pods: [Pod] = []
  public var endpoints: [Endpoints] = []
  /// Only where ``ObjectReader/Options/readsPodTemplates`` asks for them.
  public var podTemplates: [PodTemplate] = []
  /// Objects of kinds, or of apiVersions, that are not read, counted by `apiVersion kind`: `apps/v1 Deployment`.
  public var passedOver: [String: Int] = [:]
  /// Errors and warnings in the order of reading.
  public var diagnostics: [Diagnostic] = []

  public init() {}

  /// Whether anything in the input is an error.
  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
