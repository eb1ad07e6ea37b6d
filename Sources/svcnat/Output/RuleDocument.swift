import RuleTargets

/// The rules of a target in one family as a file, which is written when it is asked for.
struct RuleDocument {
  var name: String
  private let rules: CompiledRules
  private let header: [String]
  private let options: RuleTargetOptions

  init(name: String, _ rules: CompiledRules, header: [String], options: RuleTargetOptions) {
    self.name = name
    self.rules = rules
    self.header = header
    self.options = options
  }

  var bytes: [UInt8] { rules.text(header: header, options: options) }

  /// Writes it to standard output.
  ///
  /// - Throws: what the system refused, and nothing was written after.
  func print() throws {
    var failure: (any Error)?
    rules.writeText(header: header, options: options) { piece in
      guard failure == nil else { return }
      do { try Console.write(piece) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
