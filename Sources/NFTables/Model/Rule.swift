/// Statements in the order the kernel runs them; the first that does not match ends the rule.
public struct Rule: Hashable, Sendable {
  public var statements: [Statement]
  public var comment: String?

  public init(_ statements: [Statement], comment: String? = nil) {
    self.statements = statements
    self.comment = comment
  }

  public init(_ statements: Statement..., comment: String? = nil) {
    self.init(statements, comment: comment)
  }
}
