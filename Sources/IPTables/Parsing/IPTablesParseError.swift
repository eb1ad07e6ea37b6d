/// Why a text is not what `iptables-save` prints or `iptables-restore` reads.
public struct IPTablesParseError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: Error, Hashable, Sendable {
    /// A line that needs a table stands before the first `*table` or behind `COMMIT`.
    case outsideTable
    case unknownTable(String)
    /// The line starts with something that is no command, or with one that has no meaning in a document.
    case unknownCommand(String)
    /// What is missing.
    case missing(String)
    case unterminatedQuote
    /// The number of a rule that is not there.
    case noSuchRule(String)
    /// The text ends before `COMMIT`: nothing of this table would be loaded.
    case notCommitted(Table.Name)
  }

  /// From 1.
  public var line: Int
  public var reason: Reason

  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }

  public var description: String {
    let words =
      switch reason {
      case .outsideTable: "no table is open here"
      case .unknownTable(let name): "there is no table \(name)"
      case .unknownCommand(let word): "\(word) is not understood"
      case .missing(let what): "\(what) is missing"
      case .unterminatedQuote: "a quote is not closed"
      case .noSuchRule(let number): "there is no rule \(number)"
      case .notCommitted(let table): "the table \(table.rawValue) ends without COMMIT"
      }
    return "line \(line): \(words)"
  }
}
