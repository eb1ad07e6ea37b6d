import KubernetesObjects
import NetworkAddresses

/// Reads values, and collects what is wrong with them.
struct FieldReading {
  private(set) var diagnostics: [Diagnostic] = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  // MARK: Messages

  mutating func error(_ message: String, at node: DocumentNode) {
    diagnostics.append(node.diagnostic(.error, message))
  }

  mutating func warning(_ message: String, at node: DocumentNode) {
    diagnostics.append(node.diagnostic(.warning, message))
  }

  mutating func add(_ more: [Diagnostic]) { diagnostics += more }

  // MARK: Mappings

  /// The fields of a mapping; a key that is none of `known` is an error.
  mutating func fields(_ node: DocumentNode, known: [String]) -> DocumentFields {
    let fields = node.fields(&diagnostics)
    fields.refuseUnknown(besides: known, &diagnostics)
    return fields
  }

  /// The value of a key that must be there. Nil, and an error at the mapping `node`, if it is not.
  mutating func required(_ key: String, _ fields: DocumentFields, of node: DocumentNode) -> DocumentNode? {
    if let value = fields[key] { return value }
    // A value that is no mapping was reported.
    if node.kind == .mapping {
      let field = node.path.map { "\($0).\(key)" } ?? key
      diagnostics.append(Diagnostic(.error, at: node.position, field: field, "is missing"))
    }
    return nil
  }

  // MARK: Values

  mutating func elements(_ node: DocumentNode?) -> [DocumentNode] {
    node?.elements(&diagnostics) ?? []
  }

  mutating func text(_ node: DocumentNode?) -> String? {
    node?.string(&diagnostics)
  }

  /// A text that is not empty.
  mutating func name(_ node: DocumentNode?) -> String? {
    guard let node, let text = text(node) else { return nil }
    guard text.isEmpty else { return text }
    error("must not be empty", at: node)
    return nil
  }

  mutating func flag(_ node: DocumentNode?) -> Bool? {
    node?.boolean(&diagnostics)
  }

  mutating func integer(_ node: DocumentNode?, in range: ClosedRange<Int>) -> Int? {
    node?.integer(in: range, &diagnostics)
  }

  mutating func port(_ node: DocumentNode?) -> UInt16? {
    integer(node, in: 1...65535).map { UInt16(truncatingIfNeeded: $0) }
  }

  mutating func word<Value: CaseIterable & RawRepresentable<String>>(
    _ node: DocumentNode?, _: Value.Type = Value.self
  ) -> Value? {
    guard let node else { return nil }
    if node.string == "" {
      error("must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", at: node)
      return nil
    }
    return node.word(Value.self, &diagnostics)
  }

  /// A text that `parse` understands.
  mutating func parsed<Value>(_ node: DocumentNode?, as kind: String, _ parse: (String) -> Value?) -> Value? {
    guard let node, let text = text(node) else { return nil }
    if let value = parse(text) { return value }
    error("\"\(text)\" is not \(kind)", at: node)
    return nil
  }

  mutating func address(_ node: DocumentNode?) -> IPAddress? {
    parsed(node, as: "an IP address") { IPAddress($0) }
  }

  mutating func addresses(_ node: DocumentNode?) -> [IPAddress] {
    elements(node).compactMap { address($0) }
  }

  mutating func prefixes(_ node: DocumentNode?) -> [IPPrefix] {
    elements(node).compactMap { parsed($0, as: "an address range such as 10.0.0.0/8") { IPPrefix($0) } }
  }
}
