/// A value inside a ``DocumentTree``, with its place.
///
/// The functions that take `diagnostics` report a value of the wrong kind there and return nil.
///
/// ```swift
/// let fields = document.root.fields(&diagnostics)
/// let mode = fields["mode"]?.string(&diagnostics)
/// for name in fields.unknown(besides: ["mode", "kind"]) { ... }
/// ```
public struct DocumentNode: Sendable {
  public enum Kind: Hashable, Sendable {
    case null, boolean, number, string, list, mapping
  }

  public let tree: DocumentTree
  let index: Int

  public var kind: Kind {
    switch tree.tape.nodes[index].kind {
    case .null: .null
    case .yes, .no: .boolean
    case .number: .number
    case .string: .string
    case .sequence: .list
    case .mapping: .mapping
    }
  }

  public var isNull: Bool { kind == .null }

  public var position: SourcePosition {
    let node = tree.tape.nodes[index]
    return SourcePosition(file: tree.fileNumber, line: node.line, column: node.column)
  }

  /// What people call it: `iptables.masqueradeBit`. Nil for the root.
  public var path: String? {
    var path = FieldPath()
    return tree.withView { path.text(to: index, from: 0, in: $0) }
  }

  // MARK: Inside

  /// The value of a key of a mapping, the first if the key is given twice. Nil if it is missing or null.
  public subscript(key: String) -> DocumentNode? {
    guard kind == .mapping else { return nil }
    return entries.first { $0.key == key }.flatMap { $0.value.isNull ? nil : $0.value }
  }

  /// The keys and values of a mapping, in the order they are written. Empty for anything else.
  public var entries: [DocumentEntry] {
    tree.withView { view in
      guard view.kind(index) == .mapping else { return [] }
      return view.pairs(of: index).map { key, value in
        DocumentEntry(
          key: view.string(key), keyNode: DocumentNode(tree: tree, index: key),
          value: DocumentNode(tree: tree, index: value))
      }
    }
  }

  /// The values of a list. Empty for anything else.
  public var elements: [DocumentNode] {
    tree.withView { view in
      guard view.kind(index) == .sequence else { return [] }
      return view.elements(of: index).map { DocumentNode(tree: tree, index: $0) }
    }
  }

  // MARK: Values, if they have the right kind

  /// The text of a string.
  public var string: String? {
    kind == .string ? tree.withView { $0.string(index) } : nil
  }

  /// A boolean.
  public var boolean: Bool? {
    switch tree.tape.nodes[index].kind {
    case .yes: true
    case .no: false
    default: nil
    }
  }

  /// A whole number that fits.
  public var integer: Int? {
    guard kind == .number else { return nil }
    return tree.withView { view in
      if case .value(let value) = WholeNumber(number: view.bytes(index)) { value } else { nil }
    }
  }

  /// The text of a number, boolean or string as it is written.
  public var scalarText: String? {
    switch kind {
    case .string, .number: tree.withView { $0.string(index) }
    case .boolean: boolean.map { String($0) }
    case .null, .list, .mapping: nil
    }
  }

  // MARK: Values, or a diagnostic

  public func string(_ diagnostics: inout [Diagnostic]) -> String? {
    decode(&diagnostics) { $0.string(index) }
  }

  public func boolean(_ diagnostics: inout [Diagnostic]) -> Bool? {
    decode(&diagnostics) { $0.boolean(index) }
  }

  /// A whole number within `range`.
  public func integer(in range: ClosedRange<Int>, _ diagnostics: inout [Diagnostic]) -> Int? {
    decode(&diagnostics) { $0.number(index, in: range) }
  }

  /// One of the words of `Value`; the message for another names them and suggests the nearest. Nil for "".
  public func word<Value: CaseIterable & RawRepresentable<String>>(
    _: Value.Type = Value.self, _ diagnostics: inout [Diagnostic]
  ) -> Value? {
    decode(&diagnostics) { $0.word(index) }
  }

  /// A list of strings, without those entries that are none.
  public func strings(_ diagnostics: inout [Diagnostic]) -> [String] {
    decode(&diagnostics) { $0.strings(index) }
  }

  /// A list.
  public func elements(_ diagnostics: inout [Diagnostic]) -> [DocumentNode] {
    if kind != .list { decode(&diagnostics) { $0.expected("a list", at: index) } }
    return elements
  }

  /// The fields of a mapping; a key that is given twice is an error.
  public func fields(_ diagnostics: inout [Diagnostic]) -> DocumentFields {
    guard kind == .mapping else {
      decode(&diagnostics) { $0.expected("a mapping", at: index) }
      return DocumentFields(entries: [])
    }
    var lines: [String: UInt32] = [:]
    let entries = entries
    for entry in entries {
      if let line = lines[entry.key] {
        diagnostics.append(entry.keyNode.diagnostic(.error, "is given twice, first in line \(line)"))
      } else {
        lines[entry.key] = entry.keyNode.position.line
      }
    }
    return DocumentFields(entries: entries)
  }

  /// A diagnostic about this value.
  public func diagnostic(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
    Diagnostic(severity, at: position, field: path, message)
  }

  private func decode<Value>(_ diagnostics: inout [Diagnostic], _ body: (inout ObjectDecoder) -> Value) -> Value {
    tree.withView { view in
      var decoder = ObjectDecoder(view, root: 0, file: tree.fileNumber, pool: StringPool())
      let value = body(&decoder)
      diagnostics += decoder.diagnostics
      return value
    }
  }
}

/// A key of a mapping and its value.
public struct DocumentEntry: Sendable {
  public let key: String
  /// The key itself, for its place.
  public let keyNode: DocumentNode
  public let value: DocumentNode
}

/// The fields of a mapping, for decoding it.
public struct DocumentFields: Sendable {
  /// In the order they are written.
  public let entries: [DocumentEntry]
  private let values: [String: DocumentNode]

  init(entries: [DocumentEntry]) {
    self.entries = entries
    values = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a key. Nil if it is missing or null.
  public subscript(key: String) -> DocumentNode? {
    values[key].flatMap { $0.isNull ? nil : $0 }
  }

  /// The keys that are none of `known`, for warnings about them.
  public func unknown(besides known: Set<String>) -> [DocumentNode] {
    entries.filter { !known.contains($0.key) }.map(\.keyNode)
  }
}
