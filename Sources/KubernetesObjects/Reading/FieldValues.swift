import NetworkAddresses

/// The values that fields may have. Each function reports what is wrong and returns nil then.
extension ObjectDecoder {
  // MARK: Scalars

  mutating func string(_ index: Int) -> String? {
    text(index).map { pool.string($0) }
  }

  /// The bytes of a string.
  mutating func text(_ index: Int) -> UnsafeRawBufferPointer? {
    switch view.kind(index) {
    case .string: return view.bytes(index)
    case .number, .yes, .no:
      let written = view[index].length == 0 ? String(view.kind(index) == .yes) : view.string(index).shortened
      expected("a string", at: index, hint: "quote it: \"\(written)\"")
    default: expected("a string", at: index)
    }
    return nil
  }

  private mutating func expected(_ what: String, at index: Int, hint: String) {
    error("expected \(what), found \(view.description(of: index)); \(hint)", at: index)
  }

  mutating func boolean(_ index: Int) -> Bool? {
    switch view.kind(index) {
    case .yes: return true
    case .no: return false
    case .string where view.text(index, is: "true") || view.text(index, is: "false"):
      expected("true or false", at: index, hint: "remove the quotes")
    default: expected("true or false", at: index)
    }
    return nil
  }

  /// A whole number within `range`.
  mutating func number(_ index: Int, in range: ClosedRange<Int>, topic: Diagnostic.Topic? = nil) -> Int? {
    switch view.kind(index) {
    case .number:
      switch WholeNumber(number: view.bytes(index)) {
      case .value(let value) where range.contains(value): return value
      case nil: expected("a whole number", at: index)
      default:
        error(
          "\(view.string(index).shortened) is outside \(range.lowerBound)...\(range.upperBound)", at: index,
          topic: topic)
      }
    case .string where WholeNumber(view.bytes(index)) != nil:
      expected("a whole number", at: index, hint: "remove the quotes")
    default: expected("a whole number", at: index)
    }
    return nil
  }

  mutating func port(_ index: Int) -> UInt16? {
    number(index, in: 1...65535).map { UInt16(truncatingIfNeeded: $0) }
  }

  /// One of the words of `Value`. Nil without a message for an empty string, which means the default.
  mutating func word<Value: CaseIterable & RawRepresentable<String>>(
    _ index: Int, _: Value.Type = Value.self
  ) -> Value? {
    guard let text = text(index), !text.isEmpty else { return nil }
    for value in Value.allCases where text.spells(value.rawValue) { return value }
    error(unknownWord(view.string(index), among: Value.allCases.map(\.rawValue)), at: index)
    return nil
  }

  mutating func strings(_ index: Int) -> [String] {
    var strings: [String] = []
    forEachElement(of: index) { decoder, element in
      if let string = decoder.string(element) { strings.append(string) }
    }
    return strings
  }

  /// A mapping of strings to strings: labels, a selector.
  mutating func dictionary(_ index: Int) -> [String: String] {
    guard view.kind(index) == .mapping else {
      expected("a mapping", at: index)
      return [:]
    }
    var dictionary: [String: String] = [:]
    dictionary.reserveCapacity(min(Int(view[index].length), 64))
    for (key, value) in view.pairs(of: index) where view.kind(value) != .null {
      guard let text = text(value) else { continue }
      let name = pool.string(view.bytes(key))
      if dictionary.updateValue(pool.string(text), forKey: name) != nil { error("is given twice", at: key) }
    }
    return dictionary
  }

  /// Those annotations whose names `keeps` accepts.
  mutating func annotations(
    _ index: Int, keeping keeps: (UnsafeRawBufferPointer) -> Bool
  ) -> [String: Located<String>] {
    guard view.kind(index) == .mapping else {
      expected("a mapping", at: index)
      return [:]
    }
    var annotations: [String: Located<String>] = [:]
    for (key, value) in view.pairs(of: index) where view.kind(value) != .null {
      guard let text = text(value), keeps(view.bytes(key)) else { continue }
      let annotation = Located(pool.string(text), at: position(value))
      if annotations.updateValue(annotation, forKey: pool.string(view.bytes(key))) != nil {
        error("is given twice", at: key)
      }
    }
    return annotations
  }

  // MARK: Addresses

  /// An address; warns if it is not in its usual spelling (FRONT-9).
  mutating func address(_ index: Int) -> Located<IPAddress>? {
    guard let text = text(index) else { return nil }
    guard let address = IPAddress(utf8: text) else {
      error("\"\(view.string(index).shortened)\" is not an IP address", at: index)
      return nil
    }
    noteSpelling(of: address, at: index)
    return Located(address, at: position(index))
  }

  /// An address that is skipped with a warning where it is none.
  mutating func addressOrSkip(_ index: Int, _ reason: String) -> Located<IPAddress>? {
    guard let text = text(index) else { return nil }
    guard let address = IPAddress(utf8: text) else {
      warning("\"\(view.string(index).shortened)\" is not an IP address; skipped (\(reason))", at: index)
      return nil
    }
    noteSpelling(of: address, at: index)
    return Located(address, at: position(index))
  }

  private mutating func noteSpelling(of address: IPAddress, at index: Int) {
    let text = view.bytes(index)
    let isSame = address.withText { usual in
      usual.count == text.count && usual.indices.allSatisfy { usual[$0] == text[$0] }
    }
    if !isSame { warning("is read as \(address) (FRONT-9)", at: index) }
  }

  /// A range; warns if it is not in its usual spelling.
  mutating func prefix(_ index: Int) -> Located<IPPrefix>? {
    guard text(index) != nil else { return nil }
    let written = view.string(index)
    guard let prefix = IPPrefix(written) else {
      error("\"\(written.shortened)\" is not an address range such as 10.0.0.0/8", at: index)
      return nil
    }
    if prefix.description != written { warning("is read as \(prefix) (FRONT-9)", at: index) }
    return Located(prefix, at: position(index))
  }
}
