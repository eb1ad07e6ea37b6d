import CYaml

/// Reads YAML onto a tape, event by event from libyaml, so that only the value at hand is in memory.
///
/// Aliases are expanded within ``ReadingLimit/aliasedValues`` and merge keys (`<<`) are applied. After a syntax error
/// reading can go on at the next document, see ``recover(after:)``.
final class YAMLSource: DocumentSource {
  private let bytes: UnsafeRawBufferPointer
  private let skipsManagedFields: Bool
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  /// `event` was parsed and not used up yet.
  private var hasEvent = false
  /// Where the parser at work began: bytes, and lines before it.
  private var origin = (offset: 0, lines: 0)
  /// Documents begun since then.
  private var documents = 0
  /// Headers of the documents from `origin` on, see ``listHeaderAhead()``.
  private var headers: [ListHeader]?
  /// Levels entered with ``enter(_:)`` and not left.
  private var entered = 0
  private var anchors = YAMLAnchors()
  /// Where on the tape `<<` stands as a key, in mappings that are not complete yet.
  private var mergeKeys: [Int] = []

  /// `bytes` must stay valid as long as the source.
  convenience init(_ bytes: UnsafeRawBufferPointer, skippingManagedFields: Bool) {
    self.init(bytes, skippingManagedFields: skippingManagedFields, origin: (0, 0))
  }

  private init(_ bytes: UnsafeRawBufferPointer, skippingManagedFields: Bool, origin: (offset: Int, lines: Int)) {
    self.bytes = bytes
    self.origin = origin
    skipsManagedFields = skippingManagedFields
    parser = .allocate(capacity: 1)
    event = .allocate(capacity: 1)
    start()
  }

  deinit {
    discardEvent()
    yaml_parser_delete(parser)
    parser.deallocate()
    event.deallocate()
  }

  private func start() {
    // Fails for want of memory only; then the first event fails too.
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let rest = bytes[origin.offset...]
    let text = UnsafeRawBufferPointer(rebasing: rest.starts(with: ByteOrderMark.utf8) ? rest.dropFirst(3) : rest)
    yaml_parser_set_input_string(parser, text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count)
  }

  // MARK: Documents

  func nextDocument() throws(SyntaxProblem) -> Bool {
    entered = 0
    anchors = YAMLAnchors()
    mergeKeys = []
    while true {
      switch try peek() {
      case YAML_STREAM_END_EVENT: return false
      case YAML_DOCUMENT_START_EVENT:
        discardEvent()
        documents += 1
        return true
      default: discardEvent()
      }
    }
  }

  func recover(after problem: SyntaxProblem) -> Bool {
    // The document marker that the parser stumbled over may itself begin the next document.
    var lines = LineCursor(bytes, offset: origin.offset, line: origin.lines)
    while lines.advance() {
      if lines.line + 1 >= problem.line, lines.isDocumentStart {
        discardEvent()
        yaml_parser_delete(parser)
        origin = (lines.offset, lines.line)
        documents = 0
        headers = nil
        start()
        return true
      }
    }
    return false
  }

  func listHeaderAhead() -> ListHeader {
    if headers == nil {
      headers = YAMLSource(bytes, skippingManagedFields: true, origin: origin).readHeaders()
    }
    guard let headers, documents > 0, documents <= headers.count else { return ListHeader() }
    return headers[documents - 1]
  }

  /// The headers of all documents up to the first syntax error.
  private func readHeaders() -> [ListHeader] {
    var headers: [ListHeader] = []
    var tape = Tape()
    do throws(SyntaxProblem) {
      while try nextDocument() {
        headers.append(ListHeader())
        tape.reset()
        guard try shape() == .mapping else {
          try skipValue()
          continue
        }
        _ = try enter(&tape)
        while let key = try nextKey(into: &tape) {
          let name = tape.withView(of: bytes) { $0.string(key) }
          if name == "kind" || name == "apiVersion", try shape() == .scalar {
            let value = try self.value(into: &tape)
            let text = tape.withView(of: bytes) { $0.kind(value) == .string ? $0.string(value) : nil }
            if name == "kind" {
              headers[headers.count - 1].kind = text
            } else {
              headers[headers.count - 1].apiVersion = text
            }
          } else {
            try skipValue()
          }
          tape.reset()
        }
      }
    } catch {
      // The main reading arrives at the same place and reports it.
    }
    return headers
  }

  // MARK: Values

  func shape() throws(SyntaxProblem) -> ValueShape {
    switch try peek() {
    case YAML_MAPPING_START_EVENT: .mapping
    case YAML_SEQUENCE_START_EVENT: .sequence
    default: .scalar
    }
  }

  func value(into tape: inout Tape) throws(SyntaxProblem) -> Int {
    try value(into: &tape, depth: entered + 1)
  }

  private func value(into tape: inout Tape, depth: Int) throws(SyntaxProblem) -> Int {
    let index = tape.nodes.count
    guard index <= ReadingLimit.values else { throw problem("more than \(ReadingLimit.values) values in one object") }
    let type = try peek()
    if type == YAML_SCALAR_EVENT {
      appendScalar(to: &tape, isKey: false)
      let anchor = anchor(of: event.pointee.data.scalar.anchor)
      discardEvent()
      try register(anchor, index, in: tape)
    } else if type == YAML_ALIAS_EVENT {
      try appendAlias(to: &tape, depth: depth)
      discardEvent()
    } else if type == YAML_MAPPING_START_EVENT {
      guard depth <= ReadingLimit.depth else { throw tooDeep }
      tape.nodes.append(node(.mapping))
      let anchor = anchor(of: event.pointee.data.mapping_start.anchor)
      discardEvent()
      var pairs = 0
      while let key = try nextKey(into: &tape, leaving: false) {
        if skipsManagedFields, tape.nodes[key].length == 13, isManagedFields(key, of: tape) {
          tape.nodes.removeLast()
          try skipValue()
          continue
        }
        let value = try value(into: &tape, depth: depth + 1)
        tape.nodes[value].hasKey = true
        pairs += 1
      }
      try end(index, pairs: pairs, in: &tape)
      try register(anchor, index, in: tape)
    } else if type == YAML_SEQUENCE_START_EVENT {
      guard depth <= ReadingLimit.depth else { throw tooDeep }
      tape.nodes.append(node(.sequence))
      let anchor = anchor(of: event.pointee.data.sequence_start.anchor)
      discardEvent()
      var elements = 0
      while try peek() != YAML_SEQUENCE_END_EVENT {
        _ = try value(into: &tape, depth: depth + 1)
        elements += 1
      }
      discardEvent()
      tape.close(index, children: elements)
      try register(anchor, index, in: tape)
    } else {
      throw problem("expected a value")
    }
    return index
  }

  func skipValue() throws(SyntaxProblem) {
    var depth = 0
    repeat {
      switch try peek() {
      case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
        depth += 1
        guard entered + depth <= ReadingLimit.depth else { throw tooDeep }
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: depth -= 1
      default: break
      }
      discardEvent()
    } while depth > 0
  }

  func enter(_ tape: inout Tape) throws(SyntaxProblem) -> Int {
    let index = tape.nodes.count
    tape.nodes.append(node(try peek() == YAML_MAPPING_START_EVENT ? .mapping : .sequence))
    discardEvent()
    entered += 1
    return index
  }

  func nextKey(into tape: inout Tape) throws(SyntaxProblem) -> Int? {
    try nextKey(into: &tape, leaving: true)
  }

  private func nextKey(into tape: inout Tape, leaving: Bool) throws(SyntaxProblem) -> Int? {
    let index = tape.nodes.count
    switch try peek() {
    case YAML_MAPPING_END_EVENT:
      if leaving { entered -= 1 }
      discardEvent()
      return nil
    case YAML_SCALAR_EVENT:
      appendScalar(to: &tape, isKey: true)
      let anchor = anchor(of: event.pointee.data.scalar.anchor)
      discardEvent()
      try register(anchor, index, in: tape)
    case YAML_ALIAS_EVENT:
      try appendAlias(to: &tape, depth: 1)
      guard tape.nodes[index].size == 1 else { throw complexKey }
      tape.nodes[index].kind = .string
      discardEvent()
    default:
      throw complexKey
    }
    return index
  }

  func nextElement() throws(SyntaxProblem) -> Bool {
    guard try peek() == YAML_SEQUENCE_END_EVENT else { return true }
    discardEvent()
    entered -= 1
    return false
  }

  func end(_ index: Int, pairs: Int, in tape: inout Tape) throws(SyntaxProblem) {
    tape.close(index, children: pairs)
    guard let last = mergeKeys.last, last > index else { return }
    let first = mergeKeys.firstIndex { $0 > index } ?? mergeKeys.endIndex
    try spend(YAMLMerge.apply(Array(mergeKeys[first...]), to: index, of: &tape))
    mergeKeys.removeSubrange(first...)
  }
}

// MARK: - Events

extension YAMLSource {
  private func peek() throws(SyntaxProblem) -> yaml_event_type_t {
    if !hasEvent {
      guard yaml_parser_parse(parser, event) == 1 else { throw parserProblem }
      hasEvent = true
    }
    let type = event.pointee.type
    guard type != YAML_NO_EVENT else { throw problem("the input ends unexpectedly") }
    return type
  }

  private func discardEvent() {
    guard hasEvent else { return }
    yaml_event_delete(event)
    hasEvent = false
  }

  private func node(_ kind: TapeNode.Kind) -> TapeNode {
    let mark = event.pointee.start_mark
    return TapeNode(
      kind: kind, line: UInt32(truncatingIfNeeded: origin.lines + mark.line + 1),
      column: UInt32(truncatingIfNeeded: mark.column + 1))
  }

  private func appendScalar(to tape: inout Tape, isKey: Bool) {
    let scalar = event.pointee.data.scalar
    let text = UnsafeRawBufferPointer(start: scalar.value, count: scalar.length)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    var node = node(.string)
    if isKey {
      if isPlain, text.spells("<<") { mergeKeys.append(tape.nodes.count) }
    } else if scalar.tag != nil {
      node.kind = YAMLSource.kind(of: text, tag: String(cString: scalar.tag), isPlain: isPlain)
    } else if isPlain {
      node.kind = PlainScalar.kind(text)
    }
    node.isCopied = true
    node.offset = tape.text.count
    node.length = UInt32(truncatingIfNeeded: text.count)
    tape.text.append(contentsOf: text)
    tape.nodes.append(node)
  }

  private static func kind(of text: UnsafeRawBufferPointer, tag: String, isPlain: Bool) -> TapeNode.Kind {
    switch tag {
    case "tag:yaml.org,2002:str", "!": .string
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
      PlainScalar.kind(text)
    default: isPlain ? PlainScalar.kind(text) : .string
    }
  }

  private func isManagedFields(_ key: Int, of tape: Tape) -> Bool {
    tape.withView(of: bytes) { $0.text(key, is: "managedFields") }
  }
}

// MARK: - Anchors and aliases

extension YAMLSource {
  private func anchor(of name: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    name.map { String(cString: $0) }
  }

  private func register(_ anchor: String?, _ index: Int, in tape: Tape) throws(SyntaxProblem) {
    guard let anchor else { return }
    try spend(anchors.register(anchor, index, of: tape))
  }

  private func appendAlias(to tape: inout Tape, depth: Int) throws(SyntaxProblem) {
    let name = String(cString: event.pointee.data.alias.anchor)
    guard let anchored = anchors[name] else {
      throw problem(
        "the alias *\(name.shortened) stands for nothing: no complete value before it is marked &\(name.shortened)")
    }
    guard depth - 1 + anchored.depth <= ReadingLimit.depth else { throw tooDeep }
    try spend(tape.append(anchored.index, of: anchors.tape))
  }

  private func spend(_ cost: Int) throws(SyntaxProblem) {
    anchors.spent += cost
    if anchors.spent > ReadingLimit.aliasedValues {
      throw problem(
        "the aliases and merge keys of this document expand to more than \(ReadingLimit.aliasedValues) values (an alias bomb?)"
      )
    }
  }
}

// MARK: - Problems

extension YAMLSource {
  /// At the event at hand, or else where the parser is.
  private func problem(_ message: String) -> SyntaxProblem {
    let mark = hasEvent ? event.pointee.start_mark : parser.pointee.mark
    return problem(message, at: mark)
  }

  private func problem(_ message: String, at mark: yaml_mark_t) -> SyntaxProblem {
    SyntaxProblem(
      line: UInt32(truncatingIfNeeded: origin.lines + mark.line + 1),
      column: UInt32(truncatingIfNeeded: mark.column + 1), message: message)
  }

  private var tooDeep: SyntaxProblem { problem("nested deeper than \(ReadingLimit.depth) levels") }

  private var complexKey: SyntaxProblem {
    located("a mapping or list cannot be a key", at: event.pointee.start_mark)
  }

  /// What libyaml complains about.
  private var parserProblem: SyntaxProblem {
    let what = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be parsed"
    switch parser.pointee.error {
    case YAML_MEMORY_ERROR: return problem("not enough memory to parse this", at: parser.pointee.mark)
    case YAML_READER_ERROR:
      let place = LineCursor.place(of: parser.pointee.problem_offset, from: origin, in: bytes)
      let value = parser.pointee.problem_value
      let culprit = value >= 0 ? " (0x\(String(value, radix: 16)))" : ""
      return SyntaxProblem(line: place.line, column: place.column, message: what + culprit)
    default:
      let mark = parser.pointee.problem_mark
      if what.hasPrefix("Maximum nesting level") {
        return problem("nested deeper than \(ReadingLimit.depth) levels", at: mark)
      }
      var message = what
      if let context = parser.pointee.context {
        message += " " + String(cString: context)
        let begin = origin.lines + parser.pointee.context_mark.line + 1
        if begin != located("", at: mark).line { message += " that begins in line \(begin)" }
      }
      return located(message, at: mark)
    }
  }

  /// The problem with advice for two frequent mistakes.
  private func located(_ message: String, at mark: yaml_mark_t) -> SyntaxProblem {
    var lines = LineCursor(bytes, offset: origin.offset, line: origin.lines)
    while lines.line < origin.lines + mark.line {
      guard lines.advance() else {
        // libyaml sees a line behind an input that does not end with one.
        return SyntaxProblem(
          line: UInt32(truncatingIfNeeded: lines.line + 1),
          column: UInt32(truncatingIfNeeded: lines.text.unicodeScalars.count + 1), message: message)
      }
    }
    let text = lines.text
    var hint = ""
    if text.contains("{{") {
      hint = "; this looks like a template, which must be rendered first"
    } else if text.unicodeScalars.dropFirst(mark.column).first == "\t" {
      hint = "; YAML is indented with blanks, not with tabs"
    }
    return problem(message + hint, at: mark)
  }
}
