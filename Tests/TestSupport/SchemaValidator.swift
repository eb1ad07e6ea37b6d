import KubernetesObjects

/// Checks documents against a JSON schema: as much of draft 2020-12 as the schema of cases uses.
public struct SchemaValidator: Sendable {
  /// A keyword that this validator does not know, or a reference to nowhere.
  public struct Failure: Error {
    public var description: String
  }

  let root: DocumentNode

  public init(root: DocumentNode) { self.root = root }

  /// What is wrong, with the place; nothing for a valid document.
  public func problems(_ node: DocumentNode) throws -> [String] { try problems(node, root) }

  private func problems(_ node: DocumentNode, _ schema: DocumentNode) throws -> [String] {
    if let isAllowed = schema.boolean { return isAllowed ? [] : ["\(place(node)): must not be there"] }
    var found: [String] = []
    for entry in schema.entries {
      let value = entry.value
      switch entry.key {
      case "$schema", "$defs", "title", "description": break
      case "$ref": found += try problems(node, try target(of: value))
      case "type":
        let types = value.kind == .list ? value.elements.compactMap(\.string) : [value.string ?? ""]
        if !types.contains(where: { matches(node, type: $0) }) { found.append("\(place(node)): is no \(types)") }
      case "enum":
        if !value.elements.contains(where: { isEqual(node, $0) }) { found.append("\(place(node)): is another value") }
      case "const":
        if !isEqual(node, value) { found.append("\(place(node)): is another value") }
      case "pattern":
        let regex = try Regex(value.string ?? "")
        if let text = node.string, text.firstMatch(of: regex) == nil { found.append("\(place(node)): \(text)") }
      case "minLength":
        if let text = node.string, let least = value.integer, text.count < least {
          found.append("\(place(node)): too short")
        }
      case "minimum":
        if let number = node.integer, let bound = value.integer, number < bound {
          found.append("\(place(node)): too small")
        }
      case "maximum":
        if let number = node.integer, let bound = value.integer, number > bound {
          found.append("\(place(node)): too large")
        }
      case "minItems":
        if node.kind == .list, let least = value.integer, node.elements.count < least {
          found.append("\(place(node)): too few")
        }
      case "uniqueItems":
        let texts = node.elements.compactMap(\.scalarText)
        if value.boolean == true, Set(texts).count < texts.count { found.append("\(place(node)): twice the same") }
      case "items":
        for element in node.elements { found += try problems(element, value) }
      case "required":
        guard node.kind == .mapping else { break }
        let keys = Set(node.entries.map(\.key))
        for key in value.elements.compactMap(\.string) where !keys.contains(key) {
          found.append("\(place(node)): \(key) is missing")
        }
      case "properties":
        for property in value.entries {
          for own in node.entries where own.key == property.key { found += try problems(own.value, property.value) }
        }
      case "additionalProperties":
        let known = Set((schema["properties"]?.entries ?? []).map(\.key))
        for own in node.entries where !known.contains(own.key) { found += try problems(own.value, value) }
      case "minProperties":
        if node.kind == .mapping, let least = value.integer, node.entries.count < least {
          found.append("\(place(node)): too few")
        }
      case "oneOf":
        let problems = try value.elements.map { try self.problems(node, $0) }
        if problems.count(where: \.isEmpty) != 1 {
          found.append("\(place(node)): fits not exactly one of \(problems)")
        }
      case "anyOf":
        let problems = try value.elements.map { try self.problems(node, $0) }
        if !problems.contains(where: \.isEmpty) { found.append("\(place(node)): fits none of \(problems)") }
      default: throw Failure(description: "the keyword \(entry.key) is not known")
      }
    }
    return found
  }

  private func place(_ node: DocumentNode) -> String { "\(node.position.line): \(node.path ?? "the case")" }

  /// Only `#/a/b`.
  private func target(of reference: DocumentNode) throws -> DocumentNode {
    var node: DocumentNode? = root
    for key in (reference.string ?? "").split(separator: "/").dropFirst() { node = node?[String(key)] }
    guard let node else { throw Failure(description: "\(reference.string ?? "") leads nowhere") }
    return node
  }

  private func matches(_ node: DocumentNode, type: String) -> Bool {
    switch type {
    case "object": node.kind == .mapping
    case "array": node.kind == .list
    case "string": node.kind == .string
    case "boolean": node.kind == .boolean
    case "integer": node.integer != nil
    case "number": node.kind == .number
    case "null": node.isNull
    default: false
    }
  }

  private func isEqual(_ a: DocumentNode, _ b: DocumentNode) -> Bool {
    a.kind == b.kind && a.scalarText == b.scalarText && a.scalarText != nil
  }
}
