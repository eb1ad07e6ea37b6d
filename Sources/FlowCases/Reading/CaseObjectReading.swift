import KubernetesObjects

extension FieldReading {
  /// The manifests of a list; one of kind List stands for its items.
  ///
  /// - Parameter present: what is there; an object that is given twice in the list is an error.
  mutating func objects(_ node: DocumentNode?, present: inout Set<ObjectKey>) -> [CaseObject] {
    var objects: [CaseObject] = []
    var lines: [ObjectKey: UInt32] = [:]
    for manifest in elements(node).flatMap(items) {
      guard let object = object(manifest) else { continue }
      if let line = lines.updateValue(object.position.line, forKey: object.key) {
        error("\(object.key) is given twice, first in line \(line)", at: manifest)
      }
      present.insert(object.key)
      objects.append(object)
    }
    return objects
  }

  private func items(_ node: DocumentNode) -> [DocumentNode] {
    guard node["kind"]?.string == "List", let items = node["items"], items.kind == .list else { return [node] }
    return items.elements
  }

  private mutating func object(_ node: DocumentNode) -> CaseObject? {
    var reader = ObjectReader()
    reader.read(node)
    let content = reader.finish()
    add(content.diagnostics)
    if content.hasErrors { return nil }
    // The reader has checked them.
    guard let kind = node["kind"]?.string else { return nil }
    guard let metadata = required("metadata", node.fields(), of: node),
      let name = self.name(required("name", metadata.fields(), of: metadata))
    else { return nil }
    let namespace = metadata["namespace"]?.string ?? ""
    if content.services.isEmpty, content.slices.isEmpty {
      warning("this \(kind) changes nothing: a case is about Services, EndpointSlices and its config", at: node)
    }
    return CaseObject(key: ObjectKey(kind, namespace, name), position: node.position, content: content)
  }

  /// What a step deletes, each a mapping of `kind`, `namespace` and `name`.
  mutating func deletions(_ node: DocumentNode?, present: inout Set<ObjectKey>) -> [ObjectKey] {
    elements(node).compactMap { element in
      let fields = fields(element, known: ["kind", "namespace", "name"])
      let kind = name(required("kind", fields, of: element))
      let name = name(required("name", fields, of: element))
      let namespace = text(fields["namespace"]) ?? ""
      guard let kind, let name else { return nil }
      let key = ObjectKey(kind, namespace, name)
      if present.remove(key) == nil { error("\(key) is not there to be deleted", at: element) }
      return key
    }
  }
}

extension ObjectKey {
  fileprivate init(_ kind: String, _ namespace: String, _ name: String) {
    self.kind = kind
    self.name = NamespacedName(namespace: namespace.isEmpty ? "default" : namespace, name: name)
  }
}

extension DocumentNode {
  /// Without a word about keys given twice, which was said before.
  fileprivate func fields() -> DocumentFields {
    var ignored: [Diagnostic] = []
    return fields(&ignored)
  }
}
