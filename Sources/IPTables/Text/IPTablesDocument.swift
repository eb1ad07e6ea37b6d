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
    let chains = table.chains
    writer.write(inPartsOf: 4096, count: chains.count, capacity: 64) { range, writer in
      chains.withEach(in: range) { chain in
        guard chain.pointee.policy != nil || !Chain.isBuiltIn(chain.pointee.name) else { return }
        writer.write(byte: UInt8(ascii: ":"))
        writer.write(chain.pointee.name)
        writer.write(byte: UInt8(ascii: " "))
        writer.write(chain.pointee.policy?.rawValue ?? "-")
        writer.write(" [0:0]\n")
        writer.endLine()
      }
    }
    var next = 0
    for index in chains.indices where IPTablesDocument.isLong(chains, index) {
      write(rulesOf: chains, in: next..<index, to: &writer)
      writer.write(inPartsOf: IPTablesDocument.longChain / 2, count: chains[index].rules.count, capacity: 192) {
        range, writer in
        chains.withEach(in: index..<index + 1) { write(rulesOf: $0, in: range, to: &writer) }
      }
      next = index + 1
    }
    write(rulesOf: chains, in: next..<chains.count, to: &writer)
    writer.write("COMMIT\n")
  }

  /// So many rules are worth being shared out by themselves.
  private static let longChain = 8192

  /// Whether it is a chain such as the one that all Services are in.
  private static func isLong(_ chains: [Chain], _ index: Int) -> Bool {
    // Chains of Services and endpoints have the 16 letters of a hash in their names: their rules, all over memory, are not
    // looked at.
    chains[index].name.utf8.count < 24 && chains[index].rules.count >= longChain
  }

  private func write(rulesOf chains: [Chain], in chainRange: Range<Int>, to writer: inout TextBuffer) {
    writer.write(inPartsOf: 4096, count: chainRange.count, capacity: 512) { range, writer in
      chains.withEach(in: chainRange.lowerBound + range.lowerBound..<chainRange.lowerBound + range.upperBound) {
        chain in
        write(rulesOf: chain, in: chain.pointee.rules.indices, to: &writer)
      }
    }
  }

  private func write(rulesOf chain: UnsafePointer<Chain>, in range: Range<Int>, to writer: inout TextBuffer) {
    let isBuiltIn = Chain.isBuiltIn(chain.pointee.name)
    let inserts = isBuiltIn && builtInRules == .insertJumpsFirst
    chain.pointee.rules.withUnsafeBufferPointer { buffer in
      guard let rules = buffer.baseAddress else { return }
      let command: StaticString = inserts ? "-I " : "-A "
      let chainBytes = chain.pointee.name.withBytes(\.count)
      // What lines of one chain have in common is copied from the line before.
      var common = (count: 0, distance: 0)
      for index in range {
        let rule = rules + (inserts ? buffer.count - 1 - index : index)
        var line = writer.cursor(room: rule.textRoom + chainBytes + 4)
        let start = line
        if common.count > 0 {
          line.write(again: common.count, from: common.distance)
        } else {
          line.write(command)
          line.write(chain.pointee.name)
          common.count = line.distance(from: start)
        }
        line.write(rule, commentLast: isBuiltIn)
        line.write("\n")
        common.distance = line.distance(from: start)
        writer.advance(to: line)
        if writer.endLine() { common.count = 0 }
      }
    }
  }
}

extension [Chain] {
  /// Chains and rules hold counted references, which the subscript of an array would copy.
  fileprivate func withEach(in range: Range<Int>, _ body: (UnsafePointer<Chain>) -> Void) {
    withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      for index in range { body(start + index) }
    }
  }
}
