/// What is read of `metadata`.
struct ObjectMetadata {
  var name: NamespacedName
  /// Where the name is written.
  var position: SourcePosition
  var labels: [String: String] = [:]
  var annotations: [String: Located<String>] = [:]
  var isDeleting = false
}

/// How the name of a kind is spelled.
enum NameRule {
  case label, subdomain
}

extension ObjectDecoder {
  /// Reads the metadata of the object, and from then on messages carry its name. Nil: it has none.
  ///
  /// - Parameter annotations: says which are kept.
  mutating func metadata(
    namespaced: Bool, _ rule: NameRule, annotations keeps: (UnsafeRawBufferPointer) -> Bool = { _ in false }
  ) -> ObjectMetadata? {
    guard let index = view.value(of: "metadata", in: root), view.kind(index) != .null else {
      missing("metadata.name", in: root)
      return nil
    }
    isNamespaced = namespaced
    var labels: [String: String] = [:]
    var annotations: [String: Located<String>] = [:]
    var isDeleting = false
    var isGenerated = false
    var name: (text: String, index: Int)?
    var namespace = "default"
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .name:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        name = (decoder.pool.string(text), value)
        if !(rule == .label ? NameRules.isLabel(text) : NameRules.isSubdomain(text)) {
          decoder.error(
            "\"\(decoder.view.string(value).shortened)\" cannot be a name: "
              + (rule == .label ? "at most 63" : "at most 253, in parts between dots,")
              + " lower-case letters, digits and `-`, not at either end", at: value)
        }
      case .namespace where namespaced:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        namespace = decoder.pool.string(text)
        if !NameRules.isLabel(text) {
          decoder.error(
            "\"\(decoder.view.string(value).shortened)\" cannot be a namespace: at most 63 lower-case letters, digits and"
              + " `-`, not at either end", at: value)
        }
      case .labels: labels = decoder.dictionary(value)
      case .annotations: annotations = decoder.annotations(value, keeping: keeps)
      case .deletionTimestamp: isDeleting = true
      case .generateName: isGenerated = true
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    guard let name else {
      // An empty or mistyped name is told apart from none at all.
      if let written = view.value(of: "name", in: index), view.kind(written) == .string {
        error("must not be empty", at: written)
      } else if view.value(of: "name", in: index).map({ view.kind($0) == .null }) ?? true {
        missing("name", in: index, isGenerated ? "a generateName becomes a name in a cluster only" : "")
      }
      return nil
    }
    return ObjectMetadata(
      name: NamespacedName(namespace: namespaced ? namespace : "", name: name.text), position: position(name.index),
      labels: labels, annotations: annotations, isDeleting: isDeleting)
  }

  /// The name for messages, as far as it can be read.
  func plainName(namespaced: Bool) -> String? {
    guard let metadata = view.value(of: "metadata", in: root) else { return nil }
    func text(_ field: StaticString) -> String? {
      guard let value = view.value(of: field, in: metadata), view.kind(value) == .string, view[value].length > 0 else {
        return nil
      }
      return view.string(value).shortened
    }
    guard let name = text("name") else { return nil }
    return namespaced ? "\(text("namespace") ?? "default")/\(name)" : name
  }
}
