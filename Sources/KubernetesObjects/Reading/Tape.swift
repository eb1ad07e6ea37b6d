/// One value of a document. A mapping or list is followed by its children; a mapping's are keys and values in turn.
struct TapeNode: Sendable {
  enum Kind: UInt8, Sendable {
    case null, yes, no, number, string, sequence, mapping
  }

  var kind: Kind
  /// The text lies in ``Tape/text`` and not in the source.
  var isCopied = false
  /// It is the value of a key, which stands directly before it.
  var hasKey = false
  /// Nodes it consists of: 1, and those of its children.
  var size: UInt32 = 1
  /// Bytes of the text of a number or string; children of a mapping (pairs) or list.
  var length: UInt32 = 0
  var line: UInt32
  var column: UInt32
  /// Where the text of a number or string begins.
  var offset: Int = 0
}

/// A document, or one item of a list, as a flat array in the order of reading.
///
/// It is filled again for each object, so that reading a long list needs no more memory than its longest item.
struct Tape: Sendable {
  var nodes: ContiguousArray<TapeNode> = []
  /// Texts that do not stand in the source as they are: with JSON escapes, and all of YAML.
  var text: [UInt8] = []

  struct Mark {
    var nodes: Int
    var text: Int
  }

  var mark: Mark { Mark(nodes: nodes.count, text: text.count) }

  /// Forgets everything behind `mark`.
  mutating func truncate(to mark: Mark) {
    nodes.removeLast(nodes.count - mark.nodes)
    text.removeLast(text.count - mark.text)
  }

  /// Gives back memory that only an unusually large object needed.
  mutating func reset() {
    nodes.removeAll(keepingCapacity: nodes.count < 1 << 20)
    text.removeAll(keepingCapacity: text.count < 1 << 24)
  }

  /// Completes the mapping or list at `index`, whose last child is the last node.
  @inline(__always)
  mutating func close(_ index: Int, children: Int) {
    nodes[index].size = UInt32(nodes.count - index)
    nodes[index].length = UInt32(truncatingIfNeeded: children)
  }

  /// Appends the value at `index` of `other` with all its children, and says what that cost.
  mutating func append(_ index: Int, of other: Tape) -> Int {
    var cost = 0
    for position in index..<index + Int(other.nodes[index].size) {
      var node = other.nodes[position]
      cost += 1
      if node.isCopied {
        let start = text.count
        text.append(contentsOf: other.text[node.offset..<node.offset + Int(node.length)])
        node.offset = start
        cost += Int(node.length) / 32
      }
      nodes.append(node)
    }
    return cost
  }

  /// How many mappings and lists lie inside one another at `index`.
  func depth(of index: Int) -> Int {
    var open: [Int] = []
    var deepest = 0
    for position in index..<index + Int(nodes[index].size) {
      while let end = open.last, end <= position { open.removeLast() }
      if nodes[position].kind == .mapping || nodes[position].kind == .sequence {
        open.append(position + Int(nodes[position].size))
        deepest = max(deepest, open.count)
      }
    }
    return deepest
  }

  /// Calls `body` with a view that reads the tape; `source` is what the tape was made from.
  func withView<Result, Failure: Error>(
    of source: UnsafeRawBufferPointer, _ body: (TapeView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // A closure that throws a typed error through two standard library calls loses its type, hence the detour.
    var outcome: Swift.Result<Result, Failure>?
    nodes.withUnsafeBufferPointer { nodes in
      text.withUnsafeBytes { text in
        let view = TapeView(nodes: nodes, text: text, source: source)
        do throws(Failure) {
          outcome = .success(try body(view))
        } catch {
          outcome = .failure(error)
        }
      }
    }
    guard let outcome else { preconditionFailure("the body runs exactly once") }
    return try outcome.get()
  }
}
