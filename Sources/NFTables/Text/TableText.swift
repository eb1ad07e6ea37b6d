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
    if withComment { text.writeComment(of: rule) }
    return text.buffer.text
  }

  /// One element as text, its data included.
  public static func element(_ element: Element, of set: NamedSet) -> String {
    var text = TableText()
    text.write(element, of: set)
    return text.buffer.text
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
      text.write(empty)
    }
  }

  /// A chain as text, without its rules.
  public static func declaration(of chain: Chain) -> String {
    declaration { text in text.write(Chain(chain.name, base: chain.base, comment: chain.comment)) }
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
    var isFirst = table.comment == nil
    for set in table.sets {
      if !isFirst { buffer.write("\n") }
      isFirst = false
      write(set)
    }
    for chain in table.chains {
      if !isFirst { buffer.write("\n") }
      isFirst = false
      write(chain)
    }
    buffer.write("}\n")
  }

  private mutating func writeComment(_ comment: String, indent: StaticString) {
    buffer.write(indent)
    buffer.write("comment ")
    buffer.write(quoted: comment)
    buffer.write("\n")
  }

  private mutating func write(_ set: NamedSet) {
    buffer.write(set.isMap ? "\tmap " : "\tset ")
    buffer.write(set.name)
    buffer.write(set.needsTypeof ? " {\n\t\ttypeof " : " {\n\t\ttype ")
    write(set.key, typeof: set.needsTypeof)
    switch set.data {
    case .verdict: buffer.write(" : verdict")
    case .fields(let fields):
      buffer.write(" : ")
      write(fields, typeof: set.needsTypeof)
    case nil: break
    }
    buffer.write("\n")
    if let size = set.size {
      buffer.write("\t\tsize ")
      buffer.write(size)
      buffer.write("\n")
    }
    if !set.flags.isEmpty {
      buffer.write("\t\tflags ")
      var separator = false
      for (flag, word) in [(NamedSet.Flags.interval, "interval"), (.dynamic, "dynamic"), (.timeout, "timeout")]
      where set.flags.contains(flag) {
        if separator { buffer.write(",") }
        separator = true
        buffer.write(word)
      }
      buffer.write("\n")
    }
    if let timeout = set.timeout {
      buffer.write("\t\ttimeout ")
      buffer.write(duration: timeout)
      buffer.write("\n")
    }
    if set.countsPackets { buffer.write("\t\tcounter\n") }
    if let comment = set.comment { writeComment(comment, indent: "\t\t") }
    if !set.elements.isEmpty {
      buffer.write("\t\telements = {\n")
      writeElements(of: set)
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

  private mutating func write(_ chain: Chain) {
    buffer.write("\tchain ")
    buffer.write(chain.name)
    buffer.write(" {\n")
    if let comment = chain.comment { writeComment(comment, indent: "\t\t") }
    if let base = chain.base {
      buffer.write("\t\ttype ")
      buffer.write(base.kind.rawValue)
      buffer.write(" hook ")
      buffer.write(base.hook.rawValue)
      buffer.write(" priority ")
      if base.priority < 0 { buffer.write("-") }
      buffer.write(base.priority.magnitude)
      buffer.write("; policy accept;\n")
    }
    for rule in chain.rules {
      buffer.write("\t\t")
      write(rule.statements)
      writeComment(of: rule)
      buffer.write("\n")
      buffer.endLine()
    }
    buffer.write("\t}\n")
  }

  private mutating func writeComment(of rule: Rule) {
    guard let comment = rule.comment else { return }
    buffer.write(" comment ")
    buffer.write(quoted: comment)
  }

  // MARK: - Elements

  /// Endpoints of one frontend follow each other: what their keys have in common is copied from the line before.
  private mutating func writeElements(of set: NamedSet) {
    let common: ArraySlice<FieldType> = set.flags.contains(.interval) ? [] : set.key.dropLast()
    let bytes = common.reduce(0) { $0 + $1.registerBytes }
    var written = 0..<0
    // Out of the array nothing is copied: an element holds several counted references.
    set.elements.withUnsafeBufferPointer { elements in
      for index in elements.indices {
        buffer.write("\t\t\t")
        if common.isEmpty {
          write(elements[index], of: set)
        } else {
          if !written.isEmpty, elements[index].key.begins(like: elements[index - 1].key, bytes: bytes) {
            buffer.write(repeating: written)
          } else {
            let start = buffer.end
            write(elements[index].key, upTo: nil, fields: common)
            buffer.write(" . ")
            written = start..<buffer.end
          }
          write(elements[index].key, upTo: nil, fields: set.key.suffix(1), from: bytes)
          writeRest(of: elements[index], of: set)
        }
        buffer.write(",\n")
        if buffer.endLine() { written = 0..<0 }
      }
    }
  }

  private mutating func write(_ element: Element, of set: NamedSet) {
    write(element.key, upTo: element.keyEnd?.key, fields: set.key[...])
    writeRest(of: element, of: set)
  }

  /// What stands behind the key.
  private mutating func writeRest(of element: Element, of set: NamedSet) {
    if let comment = element.comment {
      buffer.write(" comment ")
      buffer.write(quoted: comment)
    }
    switch element.data {
    case .none: break
    case .verdict(let verdict):
      buffer.write(" : ")
      write(verdict)
    case .fields(let bytes):
      buffer.write(" : ")
      if case .fields(let fields) = set.data { write(bytes, upTo: nil, fields: fields[...]) }
    }
  }

  /// - Parameter first: where the first of these fields begins.
  private mutating func write(
    _ key: RegisterBytes, upTo end: RegisterBytes?, fields: ArraySlice<FieldType>, from first: Int = 0
  ) {
    var offset = first
    for field in fields {
      if offset > first { buffer.write(" . ") }
      switch field {
      case .ipv4Address, .ipv6Address:
        let family = field == .ipv4Address ? IPFamily.ipv4 : .ipv6
        let first = key.address(family, at: offset)
        if let end, let range = AddressRange(first: first, last: end.address(family, at: offset)) {
          write(range)
        } else {
          buffer.write(first)
        }
      case .transportProtocol:
        let number = key.protocolNumber(at: offset)
        if let transport = TransportProtocol(number: number) {
          buffer.write(transport.word)
        } else {
          buffer.write(number)
        }
      case .port: buffer.write(key.port(at: offset))
      case .randomNumber: buffer.write(key.word(at: offset))
      case .priority: write(priority: key.word(at: offset))
      }
      offset += field.registerBytes
    }
  }

  /// As nft writes classes of traffic: two hexadecimal numbers, and words for two of them.
  private mutating func write(priority: UInt32) {
    switch priority {
    case 0: buffer.write("none")
    case .max: buffer.write("root")
    default:
      buffer.write(String(priority >> 16, radix: 16))
      buffer.write(":")
      buffer.write(String(priority & 0xffff, radix: 16))
    }
  }

  private mutating func write(_ range: AddressRange) {
    if range.first == range.last {
      buffer.write(range.first)
    } else if let prefix = range.prefix {
      buffer.write(prefix)
    } else {
      buffer.write(range.first)
      buffer.write("-")
      buffer.write(range.last)
    }
  }

  // MARK: - Rules

  private mutating func write(_ statements: [Statement]) {
    var separator = false
    for statement in statements {
      if separator { buffer.write(" ") }
      separator = true
      write(statement)
    }
  }

  private mutating func write(_ statement: Statement) {
    switch statement {
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
    case .verdict(let verdict): write(verdict)
    case .verdictMap(let expression, let map):
      write(expression)
      buffer.write(" vmap @")
      buffer.write(map)
    case .verdictMapAnonymous(let expression, let elements):
      write(expression)
      buffer.write(" vmap { ")
      var separator = false
      for element in elements {
        if separator { buffer.write(", ") }
        separator = true
        buffer.write(element.index)
        buffer.write(" : ")
        write(element.verdict)
      }
      buffer.write(" }")
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

  private mutating func write(_ verdict: Verdict) {
    switch verdict {
    case .accept: buffer.write("accept")
    case .drop: buffer.write("drop")
    case .return: buffer.write("return")
    case .jump(let chain):
      buffer.write("jump ")
      buffer.write(chain)
    case .goto(let chain):
      buffer.write("goto ")
      buffer.write(chain)
    }
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
      write(priority: bits)
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
      buffer.write(" map { ")
      var separator = false
      for element in elements {
        if separator { buffer.write(", ") }
        separator = true
        buffer.write(element.index)
        buffer.write(" : ")
        buffer.write(element.address)
        buffer.write(" . ")
        buffer.write(element.port)
      }
      buffer.write(" }")
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
        write(range)
      }
      buffer.write(" }")
    }
  }
}
