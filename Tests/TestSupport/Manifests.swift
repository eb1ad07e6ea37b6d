import KubernetesObjects

/// The manifests that are there at one step of a case.
struct Manifests {
  private struct Key: Hashable {
    var kind: String
    var name: NamespacedName
  }

  private var order: [Key] = []
  private var nodes: [Key: DocumentNode] = [:]

  /// Creates or replaces.
  mutating func apply(_ manifest: DocumentNode) throws {
    let key = try key(manifest["kind"], manifest["metadata"])
    if nodes.updateValue(manifest, forKey: key) == nil { order.append(key) }
  }

  /// - Parameter reference: a mapping of `kind`, `namespace` and `name`.
  mutating func delete(_ reference: DocumentNode) throws {
    let key = try key(reference["kind"], reference)
    guard nodes.removeValue(forKey: key) != nil else { throw TestDataError("\(key.name) is not there to be deleted") }
    order.removeAll { $0 == key }
  }

  private func key(_ kind: DocumentNode?, _ names: DocumentNode?) throws -> Key {
    guard let kind = kind?.string, let name = names?["name"]?.string else {
      throw TestDataError("something without kind or name")
    }
    return Key(kind: kind, name: NamespacedName(namespace: names?["namespace"]?.string ?? "", name: name))
  }

  func objects() throws -> ObjectSet {
    var reader = ObjectReader()
    for key in order {
      if let node = nodes[key] { reader.read(node) }
    }
    return try reader.finish().withoutErrors()
  }
}

extension ObjectSet {
  func withoutErrors() throws -> ObjectSet {
    guard hasErrors else { return self }
    throw TestDataError(diagnostics.map { $0.text(files: files) }.joined(separator: "\n"))
  }
}
