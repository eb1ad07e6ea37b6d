import RuleText

/// Writes a rule set as a document for `iptables-restore --noflush` or `ip6tables-restore --noflush`.
///
/// Chains of ours are declared, which creates or empties them. Built-in chains are not named but by the rules that go
/// into them, and a policy is written only where the rule set has one, so that a host's own firewall stays as it is.
public struct IPTablesDocument: Sendable {
  /// How rules get into built-in chains.
  public enum BuiltInRules: Hashable, Sendable {
    /// `-A`, in their order, behind what the host has there.
    case append
    /// `-I`, the last one first, so that they end up in their order in front of what the host has there.
    case insertJumpsFirst
  }

  /// Lines written in front, each behind `# `.
  public var header: [String]
  public var builtInRules: BuiltInRules

  public init(header: [String] = [], builtInRules: BuiltInRules = .append) {
    self.header = header
    self.builtInRules = builtInRules
  }

  /// The document as UTF-8.
  public func bytes(_ ruleSet: IPTablesRuleSet) -> [UInt8] {
    let rules = ruleSet.tables.reduce(0) { $1.chains.reduce($0) { $0 + 1 + $1.rules.count } }
    return TextBuffer.bytes(capacity: 1024 + rules * 256) { write(ruleSet, to: &$0) }
  }

  /// Passes the document on as it is written, so that it is never in memory as a whole.
  public func write(_ ruleSet: IPTablesRuleSet, to sink: @escaping TextBuffer.Sink) {
    TextBuffer.inPieces(to: sink) { write(ruleSet, to: &$0) }
  }

  /// The document as text.
  public func text(_ ruleSet: IPTablesRuleSet) -> String {
    String(decoding: bytes(ruleSet), as: UTF8.self)
  }

  private func write(_ ruleSet: IPTablesRuleSet, to writer: inout TextBuffer) {
    for line in header {
      for part in line.split(separator: "\n", omittingEmptySubsequences: false) {
        writer.write(part.isEmpty ? "#" : "# ")
        writer.write(String(part))
        writer.write(byte: UInt8(ascii: "\n"))
      }
    }
    for table in ruleSet.tables { write(table, to: &writer) }
  }

  private func write(_ table: Table, to writer: inout TextBuffer) {
    writer.write(byte: UInt8(ascii: "*"))
    writer.write(table.name.rawValue)
    writer.write(byte: UInt8(ascii: "\n"))
    // Out of the arrays nothing is copied: chains and rules hold several counted references, all over memory.
    table.chains.withUnsafeBufferPointer { chains in
      for index in chains.indices where !chains[index].isBuiltIn || chains[index].policy != nil {
        writer.write(byte: UInt8(ascii: ":"))
        writer.write(chains[index].name)
        writer.write(byte: UInt8(ascii: " "))
        writer.write(chains[index].policy?.rawValue ?? "-")
        writer.write(" [0:0]\n")
        writer.endLine()
      }
      for index in chains.indices { write(rulesOf: chains[index], to: &writer) }
    }
    writer.write("COMMIT\n")
  }

  private func write(rulesOf chain: Chain, to writer: inout TextBuffer) {
    let isBuiltIn = chain.isBuiltIn
    let inserts = isBuiltIn && builtInRules == .insertJumpsFirst
    chain.rules.withUnsafeBufferPointer { rules in
      for index in rules.indices {
        writer.write(inserts ? "-I " : "-A ")
        writer.write(chain.name)
        writer.write(rules[inserts ? rules.count - 1 - index : index], commentLast: isBuiltIn)
        writer.write(byte: UInt8(ascii: "\n"))
        writer.endLine()
      }
    }
  }
}
