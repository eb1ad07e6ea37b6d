import KubernetesObjects
import Yams

/// The manifests that are there at one step of a case.
struct Manifests {
  private struct Key: Hashable {
    var kind: String
    var name: NamespacedName
  }

  private var order: [Key] = []
  private var nodes: [Key: Yams.Node] = [:]

  /// Creates or replaces.
  mutating func apply(_ manifest: Yams.Node) throws {
    guard let kind = manifest["kind"]?.string, let name = manifest["metadata"]?["name"]?.string else {
      throw TestDataError("a manifest without kind or name")
    }
    let namespace = manifest["metadata"]?["namespace"]?.string ?? ""
    let key = Key(kind: kind, name: NamespacedName(namespace: namespace, name: name))
    if nodes.updateValue(manifest, forKey: key) == nil { order.append(key) }
  }

  /// - Parameter reference: a mapping of `kind`, `namespace` and `name`.
  mutating func delete(_ reference: Yams.Node) throws {
    guard let kind = reference["kind"]?.string, let name = reference["name"]?.string else {
      throw TestDataError("a deletion without kind or name")
    }
    let namespace = reference["namespace"]?.string ?? ""
    let key = Key(kind: kind, name: NamespacedName(namespace: namespace, name: name))
    guard nodes.removeValue(forKey: key) != nil else { throw TestDataError("\(key.name) is not there to be deleted") }
    order.removeAll { $0 == key }
  }

  func objects(from file: String) throws -> ObjectSet {
    try ManifestReader.read(order.compactMap { nodes[$0] }, file: file)
  }
}
