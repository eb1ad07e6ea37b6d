/// A text that is read value by value: the one interface the reader has to JSON and YAML.
protocol DocumentSource {
  /// Moves to the next document. False: there is none.
  mutating func nextDocument() throws(SyntaxProblem) -> Bool

  /// What the value at hand is. An alias counts as a scalar.
  mutating func shape() throws(SyntaxProblem) -> ValueShape

  /// Appends the value at hand and says where it begins.
  mutating func value(into tape: inout Tape) throws(SyntaxProblem) -> Int

  /// Passes over the value at hand.
  mutating func skipValue() throws(SyntaxProblem)

  /// Enters the mapping or list at hand and appends its node, to be closed with ``end(_:pairs:in:)``.
  mutating func enter(_ tape: inout Tape) throws(SyntaxProblem) -> Int

  /// Appends the next key of the mapping entered last. Nil: the mapping is at its end and left.
  mutating func nextKey(into tape: inout Tape) throws(SyntaxProblem) -> Int?

  /// Whether the list entered last has another value, which is then at hand. False: it is at its end and left.
  mutating func nextElement() throws(SyntaxProblem) -> Bool

  /// Completes the mapping at `index` of the tape.
  mutating func end(_ index: Int, pairs: Int, in tape: inout Tape) throws(SyntaxProblem)

  /// `kind` and `apiVersion` of the mapping whose list `items` is being read, if they stand behind it.
  mutating func listHeaderAhead() -> ListHeader

  /// Moves behind the document that could not be parsed for `problem`. False: the rest is lost.
  mutating func recover(after problem: SyntaxProblem) -> Bool
}

enum ValueShape {
  case scalar, sequence, mapping
}

/// What a list says about its items.
struct ListHeader: Hashable {
  var kind: String?
  var apiVersion: String?

  /// `ServiceList`, `List`.
  var isList: Bool { kind?.hasSuffix("List") ?? false }

  /// The kind of items that do not say theirs. Nil for the plain `List`, whose items must.
  var itemKind: String? {
    guard let kind, isList, kind != "List" else { return nil }
    return String(kind.dropLast(4))
  }

  var itemAPIVersion: String? { itemKind == nil ? nil : apiVersion }
}
