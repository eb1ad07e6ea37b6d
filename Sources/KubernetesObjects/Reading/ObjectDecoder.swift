import NetworkAddresses

/// Makes one object out of one mapping on a tape, and collects everything there is to say about it.
///
/// The kinds have a file each; the values that fields may have are read by `FieldValues.swift`.
struct ObjectDecoder {
  let view: TapeView
  /// The mapping that is the object.
  let root: Int
  /// See ``ObjectSet/files``.
  let file: UInt32
  let pool: StringPool
  /// Known from the metadata on: whether the object has a namespace. Its name is made when there is something to say of it.
  var isNamespaced: Bool?
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var hasErrors = false
  private let fieldNames = FieldTable.shared
  private var path = FieldPath()
  /// At most so many diagnostics are put into words; ``suppressed`` counts the others.
  private let limit: Int
  private(set) var suppressed = 0

  init(_ view: TapeView, root: Int, file: UInt32, pool: StringPool, limit: Int = ReadingLimit.diagnostics) {
    self.view = view
    self.root = root
    self.file = file
    self.pool = pool
    self.limit = limit
  }

  // MARK: Walking

  /// Calls `body` for each known field of the mapping at `index` that is set. Null means not set.
  @inline(__always)
  mutating func forEachField(
    of index: Int, _ body: (_ decoder: inout ObjectDecoder, _ field: FieldName, _ value: Int) -> Void
  ) {
    forEachFieldOrNull(of: index) { decoder, field, value in
      if decoder.view.kind(value) != .null { body(&decoder, field, value) }
    }
  }

  /// The same with fields that are null.
  @inline(__always)
  mutating func forEachFieldOrNull(
    of index: Int, _ body: (_ decoder: inout ObjectDecoder, _ field: FieldName, _ value: Int) -> Void
  ) {
    guard view.kind(index) == .mapping else {
      expected("a mapping", at: index)
      return
    }
    var seen: UInt128 = 0
    for (key, value) in view.pairs(of: index) {
      guard let (field, ordinal) = fieldNames.find(view.bytes(key)) else { continue }
      let bit: UInt128 = 1 << UInt128(ordinal)
      if seen & bit != 0 { error("is given twice", at: key) }
      seen |= bit
      body(&self, field, value)
    }
  }

  /// Calls `body` for each value of the list at `index`.
  @inline(__always)
  mutating func forEachElement(of index: Int, _ body: (_ decoder: inout ObjectDecoder, _ value: Int) -> Void) {
    guard view.kind(index) == .sequence else {
      expected("a list", at: index)
      return
    }
    for value in view.elements(of: index) { body(&self, value) }
  }

  // MARK: Diagnostics

  func position(_ index: Int) -> SourcePosition {
    SourcePosition(file: file, line: view[index].line, column: view[index].column)
  }

  mutating func error(_ message: String, at index: Int, topic: Diagnostic.Topic? = nil) {
    hasErrors = true
    report(.error, at: index, field: nil, message, topic)
  }

  mutating func warning(_ message: String, at index: Int, topic: Diagnostic.Topic? = nil) {
    report(.warning, at: index, field: nil, message, topic)
  }

  /// A field that must be there is not; `index` is the mapping it belongs into.
  mutating func missing(_ field: String, in index: Int, _ expectation: String = "") {
    hasErrors = true
    report(.error, at: index, field: field, expectation.isEmpty ? "is missing" : "is missing; \(expectation)")
  }

  mutating func expected(_ what: String, at index: Int) {
    error("expected \(what), found \(view.description(of: index))", at: index)
  }

  private mutating func report(
    _ severity: Diagnostic.Severity, at index: Int, field: String?, _ message: String, _ topic: Diagnostic.Topic? = nil
  ) {
    guard diagnostics.count < limit else {
      suppressed += 1
      return
    }
    var place = path.text(to: index, from: root, in: view)
    if let field { place = place.map { "\($0).\(field)" } ?? field }
    let pointed = field == nil || index == root ? index : view.owner(index)
    let name = isNamespaced.flatMap { plainName(namespaced: $0) }
    var diagnostic = Diagnostic(severity, at: position(pointed), object: name, field: place, message)
    diagnostic.topic = topic
    diagnostics.append(diagnostic)
  }
}

extension TapeView {
  /// What stands at `index`, for a message.
  func description(of index: Int) -> String {
    switch kind(index) {
    case .null: "null"
    case .yes, .no: self[index].length == 0 ? "the boolean \(kind(index) == .yes)" : "the boolean \(string(index))"
    case .number: "the number \(string(index).shortened)"
    case .string: "the string \"\(string(index).shortened)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
