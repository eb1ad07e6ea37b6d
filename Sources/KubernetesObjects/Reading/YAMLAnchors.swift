/// The values of one YAML document that aliases may stand for.
struct YAMLAnchors {
  struct Anchored {
    /// Where in ``YAMLAnchors/tape``.
    var index: Int
    /// Mappings and lists inside one another.
    var depth: Int
  }

  /// Copies of the anchored values, as the tape of the document is cleared for each item of a list.
  private(set) var tape = Tape()
  /// What was spent of ``ReadingLimit/aliasedValues``.
  var spent = 0
  private var anchored: [String: Anchored] = [:]

  subscript(name: String) -> Anchored? { anchored[name] }

  /// Keeps the complete value at `index`; a later anchor of the same name takes over. Returns what that costs.
  mutating func register(_ name: String, _ index: Int, of other: Tape) -> Int {
    let start = tape.nodes.count
    let cost = tape.append(index, of: other)
    anchored[name] = Anchored(index: start, depth: tape.depth(of: start))
    return cost
  }
}

/// The merge key `<<` of YAML 1.1.
enum YAMLMerge {
  /// Replaces the merge keys at `keys` of the complete mapping at `index`, the last value on the tape, by the pairs they
  /// stand for. A key of the mapping itself wins over a merged one, an earlier merged one over a later one.
  ///
  /// - Returns: the number of values that had to be looked at.
  static func apply(_ keys: [Int], to index: Int, of tape: inout Tape) throws(SyntaxProblem) -> Int {
    let keys = Set(keys)
    var own: [Range<Int>] = []
    var sources: [Int] = []
    var names: Set<String> = []
    var cost = 0
    // The texts of YAML lie on the tape itself, so that there is no source to look at.
    let nowhere = UnsafeRawBufferPointer(start: nil, count: 0)
    try tape.withView(of: nowhere) { (view) throws(SyntaxProblem) in
      for (key, value) in view.pairs(of: index) {
        guard keys.contains(key) else {
          own.append(key..<view.end(value))
          names.insert(view.string(key))
          continue
        }
        if view.kind(value) == .sequence {
          sources += view.elements(of: value)
        } else if view.kind(value) != .null {
          sources.append(value)
        }
      }
      var merged: [Range<Int>] = []
      for source in sources {
        guard view.kind(source) == .mapping else {
          throw SyntaxProblem(
            line: view[source].line, column: view[source].column,
            message: "the merge key << needs a mapping or a list of mappings")
        }
        cost += Int(view[source].size)
        for (key, value) in view.pairs(of: source) where names.insert(view.string(key)).inserted {
          merged.append(key..<view.end(value))
        }
      }
      own += merged
    }
    let children = own.flatMap { tape.nodes[$0] }
    tape.nodes.removeSubrange((index + 1)...)
    tape.nodes += children
    tape.close(index, children: own.count)
    return cost
  }
}
