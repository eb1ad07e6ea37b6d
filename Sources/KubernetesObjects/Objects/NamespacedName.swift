/// The identity of an object within its kind.
public struct NamespacedName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Empty for kinds without namespaces.
  public var namespace: String
  public var name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// `namespace/name`, or the name alone.
  public var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

  public static func < (a: NamespacedName, b: NamespacedName) -> Bool {
    a.namespace != b.namespace ? a.namespace < b.namespace : a.name < b.name
  }
}
