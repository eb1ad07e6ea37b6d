import NetworkAddresses
import RuleText

/// Writes tables as `nft -f` reads them, laid out as `nft list` does, an element a line.
public struct TableText: ~Copyable {
  private var buffer = TextBuffer()

  /// A text that replaces the table, whatever an earlier version of it holds, in one transaction (nft 1.0.1 or newer).
  ///
  /// - Parameter header: lines of the comment at the top.
  public static func replacing(_ table: Table, header: [String] = []) -> [UInt8] {
    let elements = table.sets.reduce(0) { $0 + $1.elements.count }
    let rules = table.chains.reduce(0) { $0 + $1.rules.count }
    return TextBuffer.bytes(capacity: 8192 + elements * 128 + rules * 512) {
      writeReplacing(table, header: header, to: &$0)
    }
  }

  /// Passes the same text on as it is written, so that it is never in memory as a whole.
  public static func writeReplacing(_ table: Table, header: [String] = [], to sink: @escaping TextBuffer.Sink) {
    TextBuffer.inPieces(to: sink) { writeReplacing(table, header: header, to: &$0) }
  }

  private static func writeReplacing(_ table: Table, header: [String], to buffer: inout TextBuffer) {
    var text = TableText()
    swap(&text.buffer, &buffer)
    for line in header {
      text.buffer.write(line.isEmpty ? "#" : "# ")
      text.buffer.write(line)
      text.buffer.write("\n")
    }
    if !header.isEmpty { text.buffer.write("\n") }
    // Adding before deleting makes the deletion succeed on a machine that has no such table.
    text.writeCommand("add table", table)
    text.writeCommand("delete table", table)
    text.write(table)
    swap(&text.buffer, &buffer)
  }

  /// One rule as text.
  public static func rule(_ rule: Rule, family: IPFamily, withComment: Bool = false) -> String {
    var text = TableText()
    text.family = family
    text.write(rule.statements)
    if withComment { text.writeComment(rule.comment) }
    return text.buffer.text
  }

  /// One element as text, its data included.
  public static func element(_ element: Element, of set: NamedSet) -> String {
    var buffer = TextBuffer()
    buffer.write(element, of: set)
    return buffer.text
  }

  /// A table as text, without what it holds.
  public static func declaration(of table: Table) -> String {
    declaration { text in
      text.write(Table(family: table.family, name: table.name, comment: table.comment))
    }
  }

  /// A set or map as text, without its elements.
  public static func declaration(of set: NamedSet, _ family: IPFamily) -> String {
    declaration { text in
      text.family = family
      var empty = set
      empty.elements = []
      withUnsafePointer(to: empty) { text.write($0) }
    }
  }

  /// A chain as text, without its rules.
  public static func declaration(of chain: Chain) -> String {
    declaration { text in
      withUnsafePointer(to: Chain(chain.name, base: chain.base, comment: chain.comment)) { text.write($0) }
    }
  }

  /// Everything on one line.
  private static func declaration(_ write: (inout TableText) -> Void) -> String {
    var text = TableText()
    write(&text)
    let lines = text.buffer.bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\t") })
    return String(decoding: Array(lines.joined(separator: [UInt8(ascii: " ")])), as: UTF8.self)
  }

  private var family = IPFamily.ipv4

  private mutating func writeCommand(_ command: StaticString, _ table: Table) {
    buffer.write(command)
    buffer.write(" ")
    buffer.write(table.familyWord)
    buffer.write(" ")
    buffer.write(table.name)
    buffer.write("\n")
  }

  // MARK: - Objects

  mutating func write(_ table: Table) {
    family = table.family
    buffer.write("table ")
    buffer.write(table.familyWord)
    buffer.write(" ")
    buffer.write(table.name)
    buffer.write(" {\n")
    if let comment = table.comment { writeComment(comment, indent: "\t") }
    let sets = table.sets
    let chains = table.chains
    let isFirst = table.comment == nil
    write(sets, 0..<sets.count, isFirst: isFirst) { $0.write($1) }
    let family = family
    buffer.write(inPartsOf: 2048, count: chains.count, capacity: 512) { range, buffer in
      var text = TableText()
      text.family = family
      swap(&text.buffer, &buffer)
      text.write(chains, range, isFirst: isFirst && sets.isEmpty) { $0.write($1) }
      swap(&text.buffer, &buffer)
    }
    buffer.write("}\n")
  }

  /// Sets or chains with an empty line between them.
  ///
  /// - Parameter write: writes one. It is read in its place: sets and chains hold counted references, which the subscript of an
  ///   array would copy.
  private mutating func write<Object>(
    _ objects: [Object], _ range: Range<Int>, isFirst: Bool, _ write: (inout TableText, UnsafePointer<Object>) -> Void
  ) {
    objects.withUnsafeBufferPointer { objects in
      guard let start = objects.baseAddress else { return }
      for index in range {
        if index > 0 || !isFirst { buffer.write("\n") }
        write(&self, start + index)
      }
    }
  }

  private mutating func writeComment(_ comment: String, indent: StaticString) {
    buffer.write(indent)
    buffer.write("comment ")
    buffer.write(quoted: comment)
    buffer.write("\n")
  }

  private mutating func write(_ set: UnsafePointer<NamedSet>) {
    buffer.write(set.pointee.isMap ? "\tmap " : "\tset ")
    buffer.write(set.pointee.name)
    buffer.write(set.pointee.needsTypeof ? " {\n\t\ttypeof " : " {\n\t\ttype ")
    write(set.pointee.key, typeof: set.pointee.needsTypeof)
    switch set.pointee.data {
    case .verdict: buffer.write(" : verdict")
    case .fields(let fields):
      buffer.write(" : ")
      write(fields, typeof: set.pointee.needsTypeof)
    case nil: break
    }
    buffer.write("\n")
    if let size = set.pointee.size {
      buffer.write("\t\tsize ")
      buffer.write(size)
      buffer.write("\n")
    }
    if !set.pointee.flags.isEmpty {
      buffer.write("\t\tflags ")
      var separator = false
      for (flag, word) in [(NamedSet.Flags.interval, "interval"), (.dynamic, "dynamic"), (.timeout, "timeout")]
      where set.pointee.flags.contains(flag) {
        if separator { buffer.write(",") }
        separator = true
        buffer.write(word)
      }
      buffer.write("\n")
    }
    if let timeout = set.pointee.timeout {
      buffer.write("\t\ttimeout ")
      buffer.write(duration: timeout)
      buffer.write("\n")
    }
    if set.pointee.countsPackets { buffer.write("\t\tcounter\n") }
    if let comment = set.pointee.comment { writeComment(comment, indent: "\t\t") }
    if !set.pointee.elements.isEmpty {
      buffer.write("\t\telements = {\n")
      buffer.write(elementsOf: set.pointee)
      buffer.write("\t\t}\n")
    }
    buffer.write("\t}\n")
  }

  private mutating func write(_ fields: [FieldType], typeof: Bool) {
    var separator = false
    for field in fields {
      if separator { buffer.write(" . ") }
      separator = true
      switch (typeof, field) {
      case (true, .ipv4Address): buffer.write("ip daddr")
      case (true, .ipv6Address): buffer.write("ip6 daddr")
      case (true, .transportProtocol): buffer.write("meta l4proto")
      case (true, .port): buffer.write("th dport")
      case (_, .randomNumber): buffer.write("numgen random mod 65536")
      case (true, .priority): buffer.write("meta priority")
      case (false, _): buffer.write(field.typeName ?? "")
      }
    }
  }

  private mutating func write(_ chain: UnsafePointer<Chain>) {
    buffer.write("\tchain ")
    buffer.write(chain.pointee.name)
    buffer.write(" {\n")
    if let comment = chain.pointee.comment { writeComment(comment, indent: "\t\t") }
    if let base = chain.pointee.base {
      buffer.write("\t\ttype ")
      buffer.write(base.kind.rawValue)
      buffer.write(" hook ")
      buffer.write(base.hook.rawValue)
      buffer.write(" priority ")
      if base.priority < 0 { buffer.write("-") }
      buffer.write(base.priority.magnitude)
      buffer.write("; policy accept;\n")
    }
    chain.pointee.rules.withUnsafeBufferPointer { rules in
      guard let start = rules.baseAddress else { return }
      for index in rules.indices {
        buffer.write("\t\t")
        write(start[index].statements)
        writeComment(start[index].comment)
        buffer.write("\n")
        buffer.endLine()
      }
    }
    buffer.write("\t}\n")
  }

  private mutating func writeComment(_ comment: String?) {
    guard let comment else { return }
    buffer.write(" comment ")
    buffer.write(quoted: comment)
  }

  // MARK: - Rules

  private mutating func write(_ statements: [Statement]) {
    statements.withUnsafeBufferPointer { statements in
      guard let start = statements.baseAddress else { return }
      for index in statements.indices {
        if index > 0 { buffer.write(" ") }
        write(start + index)
      }
    }
  }

  private mutating func write(_ statement: UnsafePointer<Statement>) {
    switch statement.pointee {
    case .match(let expression, let negated, let operand):
      write(expression)
      buffer.write(negated ? " != " : " ")
      write(operand)
    case .matchMarkBit(let bit):
      buffer.write("meta mark & ")
      buffer.write(hexadecimal: bit)
      buffer.write(" != 0x00000000")
    case .setMarkBits(let bits):
      buffer.write("meta mark set meta mark | ")
      buffer.write(hexadecimal: bits)
    case .flipMarkBits(let bits):
      buffer.write("meta mark set meta mark ^ ")
      buffer.write(hexadecimal: bits)
    case .matchPriorityBit(let bit):
      write(.priorityBits(bit))
      buffer.write(" != none")
    case .setPriority(let expression):
      buffer.write("meta priority set ")
      write(expression)
    case .clearPriority: buffer.write("meta priority set none")
    case .verdict(let verdict): buffer.write(verdict)
    case .verdictMap(let expression, let map):
      write(expression)
      buffer.write(" vmap @")
      buffer.write(map)
    case .verdictMapAnonymous(let expression, let elements):
      write(expression)
      buffer.write(" vmap ")
      buffer.write(elements)
    case .destinationNAT(let expression):
      buffer.write(family == .ipv4 ? "dnat ip to " : "dnat ip6 to ")
      write(expression)
    case .destinationNATConstant(let address, let port):
      buffer.write("dnat to ")
      if address.family == .ipv6 { buffer.write("[") }
      buffer.write(address)
      if address.family == .ipv6 { buffer.write("]") }
      buffer.write(":")
      buffer.write(port)
    case .masquerade(let fullyRandom):
      buffer.write(fullyRandom ? "masquerade fully-random" : "masquerade")
    case .updateSet(let name, let key, let timeout): write("update @", name, key, timeout: timeout)
    case .updateMap(let name, let key, let data, let timeout): write("update @", name, key, timeout: timeout, data)
    case .deleteElement(let name, let key, let data): write("delete @", name, key, data)
    case .counter: buffer.write("counter")
    case .reject: buffer.write("reject")
    case .unknown(let text): buffer.write(text)
    }
  }

  /// A statement that changes a set or map.
  private mutating func write(
    _ operation: StaticString, _ name: String, _ key: Expression, timeout: UInt32? = nil, _ data: Expression? = nil
  ) {
    buffer.write(operation)
    buffer.write(name)
    buffer.write(" { ")
    write(key)
    if let timeout {
      buffer.write(" timeout ")
      buffer.write(duration: timeout)
    }
    if let data {
      buffer.write(" : ")
      write(data)
    }
    buffer.write(" }")
  }

  private mutating func write(_ expression: Expression) {
    let isIPv4 = family == .ipv4
    switch expression {
    case .sourceAddress: buffer.write(isIPv4 ? "ip saddr" : "ip6 saddr")
    case .sourceAddressHash:
      buffer.write(isIPv4 ? "jhash ip saddr" : "jhash ip6 saddr")
      buffer.write(" mod 4294967295 seed 0x1")
    case .destinationAddress: buffer.write(isIPv4 ? "ip daddr" : "ip6 daddr")
    case .zeroedDestinationAddress: buffer.write(isIPv4 ? "ip daddr & 0.0.0.0" : "ip6 daddr & ::")
    case .transportProtocol: buffer.write("meta l4proto")
    case .destinationPort: buffer.write("th dport")
    case .inputInterfaceName: buffer.write("iifname")
    case .mark: buffer.write("meta mark")
    case .priority: buffer.write("meta priority")
    case .priorityBits(let bits):
      buffer.write("meta priority & ")
      buffer.write(priority: bits)
    case .connectionState: buffer.write("ct state")
    case .connectionStatus: buffer.write("ct status")
    case .sourceAddressType: buffer.write("fib saddr type")
    case .destinationAddressType: buffer.write("fib daddr type")
    case .randomNumber(let modulus, let offset):
      buffer.write("numgen random mod ")
      buffer.write(modulus)
      if offset != 0 {
        buffer.write(" offset ")
        buffer.write(offset)
      }
    case .concatenation(let parts):
      var separator = false
      for part in parts {
        if separator { buffer.write(" . ") }
        separator = true
        write(part)
      }
    case .lookup(let key, let map):
      write(key)
      buffer.write(" map @")
      buffer.write(map)
    case .lookupAnonymous(let key, let elements):
      write(key)
      buffer.write(" map ")
      buffer.write(elements)
    }
  }

  private mutating func write(_ operand: Operand) {
    switch operand {
    case .address(let address): buffer.write(address)
    case .prefix(let prefix): buffer.write(prefix)
    case .transportProtocol(let transport): buffer.write(transport.word)
    case .port(let port): buffer.write(port)
    case .interfaceName(let name): buffer.write(quoted: name)
    case .interfaceNamePrefix(let prefix): buffer.write(quoted: prefix + "*")
    case .connectionStates(let states): buffer.write(states.map(\.rawValue).joined(separator: ","))
    case .connectionStatus(let status): buffer.write(status.rawValue)
    case .addressTypeLocal: buffer.write("local")
    case .number(let number): buffer.write(number)
    case .set(let name):
      buffer.write("@")
      buffer.write(name)
    case .anonymousSet(let ranges):
      buffer.write("{ ")
      var separator = false
      for range in ranges {
        if separator { buffer.write(", ") }
        separator = true
        buffer.write(range)
      }
      buffer.write(" }")
    }
  }
}
