/// Why a document cannot be parsed, and where.
struct SyntaxProblem: Error, Hashable {
  /// From 1.
  var line: UInt32
  /// From 1, in Unicode scalars.
  var column: UInt32
  var message: String
}

/// Bounds that keep hostile input from exhausting the stack or the memory.
enum ReadingLimit {
  /// Mappings and lists inside one another.
  static let depth = 100
  /// Values of one object, or of one document where it is no list.
  static let values = 4_000_000
  /// Values that the aliases and merge keys of one YAML document may add, long texts counting as several.
  static let aliasedValues = 1_000_000
  /// Documents of one input that cannot be parsed, before the rest is given up.
  static let syntaxProblems = 100
  /// Errors that are kept for one input, and as many warnings. More are counted only.
  static let diagnostics = 10_000
}
