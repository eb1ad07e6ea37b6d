/// Reads a ``Tape`` without copying: valid only inside ``Tape/withView(of:_:)``.
struct TapeView {
  let nodes: UnsafeBufferPointer<TapeNode>
  let text: UnsafeRawBufferPointer
  let source: UnsafeRawBufferPointer

  @inline(__always)
  subscript(index: Int) -> TapeNode { nodes[index] }

  @inline(__always)
  func kind(_ index: Int) -> TapeNode.Kind { nodes[index].kind }

  /// The index behind the value at `index` and its children.
  @inline(__always)
  func end(_ index: Int) -> Int { index + Int(nodes[index].size) }

  /// The text of a scalar. Empty for null and for booleans of JSON, and for mappings and lists.
  @inline(__always)
  func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    let node = nodes[index]
    if node.kind == .sequence || node.kind == .mapping { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let all = node.isCopied ? text : source
    return UnsafeRawBufferPointer(rebasing: all[node.offset..<node.offset + Int(node.length)])
  }

  func string(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

  @inline(__always)
  func text(_ index: Int, is word: StaticString) -> Bool { bytes(index).spells(word) }

  /// The values of a list, by index.
  func elements(of index: Int) -> ElementIndices { ElementIndices(view: self, position: index + 1, end: end(index)) }

  /// Keys and values of a mapping, by index.
  func pairs(of index: Int) -> PairIndices { PairIndices(view: self, position: index + 1, end: end(index)) }

  /// The value of the first key `name` of a mapping.
  func value(of name: StaticString, in index: Int) -> Int? {
    guard kind(index) == .mapping else { return nil }
    for (key, value) in pairs(of: index) where text(key, is: name) { return value }
    return nil
  }

  /// Where to point at for what is missing inside: at the key, if it has one.
  func owner(_ index: Int) -> Int { nodes[index].hasKey ? index - 1 : index }
}

struct ElementIndices: Sequence, IteratorProtocol {
  let view: TapeView
  var position: Int
  let end: Int

  @inline(__always)
  mutating func next() -> Int? {
    guard position < end else { return nil }
    defer { position = view.end(position) }
    return position
  }
}

struct PairIndices: Sequence, IteratorProtocol {
  let view: TapeView
  var position: Int
  let end: Int

  @inline(__always)
  mutating func next() -> (key: Int, value: Int)? {
    guard position < end else { return nil }
    let key = position
    position = view.end(key + 1)
    return (key, key + 1)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes are those of `string`, which should be a native one.
  @inline(__always)
  func spells(_ string: String) -> Bool {
    guard string.utf8.count == count else { return false }
    return string.utf8.withContiguousStorageIfAvailable { equals(UnsafeRawBufferPointer($0)) }
      ?? string.utf8.elementsEqual(self)
  }

  /// Whether the bytes are those of `other`, which has as many.
  @inline(__always)
  private func equals(_ other: UnsafeRawBufferPointer) -> Bool {
    guard let a = baseAddress, let b = other.baseAddress else { return true }
    var index = 0
    while index + 8 <= count {
      guard (a + index).loadUnaligned(as: UInt64.self) == (b + index).loadUnaligned(as: UInt64.self) else {
        return false
      }
      index += 8
    }
    while index < count {
      guard self[index] == other[index] else { return false }
      index += 1
    }
    return true
  }

  @inline(__always)
  func spells(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index] != word.utf8Start[index] { return false }
    return true
  }

  func ends(with word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    return count >= length && UnsafeRawBufferPointer(rebasing: self[(count - length)...]).spells(word)
  }
}
