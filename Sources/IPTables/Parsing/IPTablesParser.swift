import NetworkAddresses

/// Reads what `iptables-save` prints and what `iptables-restore` takes, of the legacy and of the nft variant.
///
/// Counters are passed over. What a rule says that we do not model is kept as words (``Match/opaque(_:)``,
/// ``Target/opaque(_:)``).
public struct IPTablesParser {
  private let family: IPFamily
  private var tables: [TableState] = []
  /// Index of the table that is open.
  private var open: Int?

  /// - Throws: ``IPTablesParseError`` for the first line that is not understood.
  public static func parse(_ text: String, family: IPFamily) throws -> IPTablesRuleSet {
    var text = text
    return try text.withUTF8 { try parse(UnsafeRawBufferPointer($0), family: family) }
  }

  /// - Parameter bytes: UTF-8.
  /// - Throws: ``IPTablesParseError`` for the first line that is not understood.
  public static func parse(_ bytes: UnsafeRawBufferPointer, family: IPFamily) throws -> IPTablesRuleSet {
    var parser = IPTablesParser(family: family)
    var number = 0
    var start = 0
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      do throws(IPTablesParseError.Reason) {
        try parser.read(bytes[start..<end])
      } catch {
        throw IPTablesParseError(line: number, reason: error)
      }
      start = end + 1
    }
    if let open = parser.open {
      throw IPTablesParseError(line: number, reason: .notCommitted(parser.tables[open].name))
    }
    return IPTablesRuleSet(family: family, tables: parser.tables.map(\.table))
  }

  private init(family: IPFamily) {
    self.family = family
  }

  private mutating func read(_ line: Slice<UnsafeRawBufferPointer>) throws(IPTablesParseError.Reason) {
    guard let words = Word.split(line) else { throw .unterminatedQuote }
    guard let first = words.first?.text, let lead = first.utf8.first else { return }
    switch lead {
    case UInt8(ascii: "#"): return
    case UInt8(ascii: "*"):
      let name = String(first.dropFirst())
      guard let name = Table.Name(rawValue: name) else { throw .unknownTable(name) }
      open = tables.firstIndex { $0.name == name }
      if open == nil {
        open = tables.count
        tables.append(TableState(name: name))
      }
      return
    default: break
    }
    guard let open else { throw .outsideTable }
    if first == "COMMIT" {
      self.open = nil
    } else if lead == UInt8(ascii: ":") {
      let name = String(first.dropFirst())
      guard !name.isEmpty else { throw .missing("the name of a chain") }
      tables[open].declare(name, policy: words.count > 1 ? Chain.Policy(rawValue: words[1].text) : nil)
    } else {
      // [packets:bytes] in front of a rule
      try tables[open].run(lead == UInt8(ascii: "[") ? words.dropFirst() : words[...], family: family)
    }
  }
}
