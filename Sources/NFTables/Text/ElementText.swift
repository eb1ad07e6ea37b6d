import NetworkAddresses
import RuleText

extension TextBuffer {
  /// One element with its data.
  mutating func write(_ element: Element, of set: NamedSet) {
    set.withElementShape { shape in
      var line = cursor(room: shape.room(element.comment, element.data))
      shape.write(element.key, upTo: element.keyEnd, to: &line)
      shape.write(element.comment, element.data, to: &line)
      advance(to: line)
    }
  }

  /// The elements of a set or map, a line each.
  mutating func write(elementsOf set: NamedSet) {
    write(inPartsOf: 4096, count: set.elements.count, capacity: 80) { range, text in
      text.write(elementsOf: set, in: range)
    }
  }

  private mutating func write(elementsOf set: NamedSet, in range: Range<Int>) {
    set.withElementShape { shape in
      // Read in their place, since an element holds counted references: the subscript of a buffer would copy it.
      set.elements.withUnsafeBufferPointer { buffer in
        guard let elements = buffer.baseAddress else { return }
        // Endpoints of one frontend follow each other: what their lines have in common is copied from the line before.
        var common = (count: 0, distance: 0)
        for index in range {
          var line = cursor(room: shape.room(elements[index].comment, elements[index].data))
          let start = line
          if common.count > 0, shape.haveCommonFields(elements[index].key, elements[index - 1].key) {
            line.write(again: common.count, from: common.distance)
            shape.writeLastField(of: elements[index].key, to: &line)
          } else {
            line.write("\t\t\t")
            if shape.isRange {
              shape.write(elements[index].key, upTo: elements[index].keyEnd, to: &line)
            } else {
              shape.writeCommonFields(of: elements[index].key, to: &line)
              common.count = line.distance(from: start)
              shape.writeLastField(of: elements[index].key, to: &line)
            }
          }
          shape.write(elements[index].comment, elements[index].data, to: &line)
          line.write(",\n")
          common.distance = line.distance(from: start)
          advance(to: line)
          if endLine() { common.count = 0 }
        }
      }
    }
  }
}

extension NamedSet {
  fileprivate func withElementShape(_ body: (ElementShape) -> Void) {
    var dataFields: [FieldType] = []
    if case .fields(let fields) = data { dataFields = fields }
    key.withUnsafeBufferPointer { key in
      dataFields.withUnsafeBufferPointer { data in
        body(ElementShape(key: key, data: data, isRange: flags.contains(.interval)))
      }
    }
  }
}

/// What the elements of one set look like.
private struct ElementShape {
  let key: UnsafeBufferPointer<FieldType>
  let data: UnsafeBufferPointer<FieldType>
  let isRange: Bool
  /// What all but the last field of a key take.
  private let commonBytes: Int
  private let commonMask: RegisterBytes
  // What most elements are is written without asking for the type of each field.
  private let endsWithNumber: Bool
  private let isIPv4Endpoint: Bool
  /// What a line takes at most but for its comment and chain: a range is two addresses.
  private let fixedRoom: Int

  init(key: UnsafeBufferPointer<FieldType>, data: UnsafeBufferPointer<FieldType>, isRange: Bool) {
    self.key = key
    self.data = data
    self.isRange = isRange
    commonBytes = key.dropLast().reduce(0) { $0 + $1.registerBytes }
    var mask = RegisterBytes()
    for _ in 0..<commonBytes / 4 { mask.appendWord(.max) }
    commonMask = mask
    endsWithNumber = key.last == .randomNumber
    isIPv4Endpoint = data.elementsEqual([.ipv4Address, .port])
    fixedRoom = 64 + 2 * IPAddress.textRoom * (key.count + data.count)
  }

  /// Bytes that its line takes at most.
  @inline(__always)
  func room(_ comment: String?, _ data: ElementData) -> Int {
    var room = fixedRoom
    if let comment = comment { room += comment.utf8.count }
    if case .verdict(let verdict) = data { room += verdict.chainBytes }
    return room
  }

  @inline(__always)
  func haveCommonFields(_ one: RegisterBytes, _ other: RegisterBytes) -> Bool {
    one.isEqual(to: other, in: commonMask)
  }

  /// All fields of a key but the last, and the dot between.
  @inline(__always)
  func writeCommonFields(of bytes: RegisterBytes, to line: inout TextCursor) {
    var offset = 0
    for index in 0..<max(key.count - 1, 0) {
      line.write(bytes, key[index], at: offset)
      line.write(" . ")
      offset += key[index].registerBytes
    }
  }

  @inline(__always)
  func writeLastField(of bytes: RegisterBytes, to line: inout TextCursor) {
    if endsWithNumber {
      line.write(bytes.word(at: commonBytes))
    } else if let field = key.last {
      line.write(bytes, field, at: commonBytes)
    }
  }

  func write(_ first: RegisterBytes, upTo end: Element.RangeEnd?, to line: inout TextCursor) {
    guard let end else {
      writeCommonFields(of: first, to: &line)
      return writeLastField(of: first, to: &line)
    }
    var offset = 0
    for index in key.indices {
      if index > 0 { line.write(" . ") }
      let field = key[index]
      if let family = field.addressFamily,
        let range = AddressRange(first: first.address(family, at: offset), last: end.key.address(family, at: offset))
      {
        line.write(range)
      } else {
        line.write(first, field, at: offset)
      }
      offset += field.registerBytes
    }
  }

  /// What stands behind the key.
  @inline(__always)
  func write(_ comment: String?, _ data: ElementData, to line: inout TextCursor) {
    if let comment = comment {
      line.write(" comment ")
      line.write(quoted: comment)
    }
    switch data {
    case .none: break
    case .verdict(let verdict):
      line.write(" : ")
      line.write(verdict)
    case .fields(let bytes) where isIPv4Endpoint:
      line.write(" : ")
      line.write(ipv4: bytes.word(at: 0))
      line.write(" . ")
      line.write(bytes.port(at: 4))
    case .fields(let bytes):
      var offset = 0
      for index in self.data.indices {
        line.write(index == 0 ? " : " : " . ")
        line.write(bytes, self.data[index], at: offset)
        offset += self.data[index].registerBytes
      }
    }
  }
}

extension FieldType {
  fileprivate var addressFamily: IPFamily? {
    switch self {
    case .ipv4Address: .ipv4
    case .ipv6Address: .ipv6
    default: nil
    }
  }
}

extension Verdict {
  /// Of the chain's name.
  @inline(__always)
  fileprivate var chainBytes: Int {
    switch self {
    case .accept, .drop, .return: 0
    case .jump(let chain), .goto(let chain): chain.utf8.count
    }
  }
}

extension TextCursor {
  @inline(__always)
  fileprivate mutating func write(_ bytes: RegisterBytes, _ field: FieldType, at offset: Int) {
    switch field {
    case .ipv4Address: write(bytes.address(.ipv4, at: offset))
    case .ipv6Address: write(bytes.address(.ipv6, at: offset))
    case .transportProtocol:
      let number = bytes.protocolNumber(at: offset)
      if let transport = TransportProtocol(number: number) { write(transport) } else { write(UInt16(number)) }
    case .port: write(bytes.port(at: offset))
    case .randomNumber: write(bytes.word(at: offset))
    case .priority: write(priority: bytes.word(at: offset))
    }
  }

  /// As nft writes classes of traffic: two hexadecimal numbers, and words for two of them.
  fileprivate mutating func write(priority: UInt32) {
    switch priority {
    case 0: write("none")
    case .max: write("root")
    default:
      write(hexadecimalDigitsOf: UInt16(priority >> 16))
      write(":")
      write(hexadecimalDigitsOf: UInt16(truncatingIfNeeded: priority))
    }
  }

  @inline(__always)
  fileprivate mutating func write(_ verdict: Verdict) {
    switch verdict {
    case .accept: write("accept")
    case .drop: write("drop")
    case .return: write("return")
    case .jump(let chain):
      write("jump ")
      write(chain)
    case .goto(let chain):
      write("goto ")
      write(chain)
    }
  }

  fileprivate mutating func write(_ range: AddressRange) {
    if range.first == range.last {
      write(range.first)
    } else if let prefix = range.prefix {
      write(prefix)
    } else {
      write(range.first)
      write("-")
      write(range.last)
    }
  }
}

extension TextBuffer {
  mutating func write(_ range: AddressRange) {
    var cursor = cursor(room: 2 * IPAddress.textRoom)
    cursor.write(range)
    advance(to: cursor)
  }

  mutating func write(priority: UInt32) {
    var cursor = cursor(room: 16)
    cursor.write(priority: priority)
    advance(to: cursor)
  }

  mutating func write(_ verdict: Verdict) {
    var cursor = cursor(room: 16 + verdict.chainBytes)
    cursor.write(verdict)
    advance(to: cursor)
  }
}

// MARK: - Anonymous maps

extension TextBuffer {
  /// `{ 0 : 10.0.0.1 . 80, 1 : 10.0.0.2 . 80 }`
  mutating func write(_ elements: [AnonymousMapElement]) {
    write("{ ")
    for index in elements.indices {
      var cursor = cursor(room: IPAddress.textRoom + 32)
      if index > 0 { cursor.write(", ") }
      cursor.write(elements[index].index)
      cursor.write(" : ")
      cursor.write(elements[index].address)
      cursor.write(" . ")
      cursor.write(elements[index].port)
      advance(to: cursor)
    }
    write(" }")
  }

  /// `{ 0 : goto a, 1 : goto b }`
  mutating func write(_ elements: [AnonymousVerdictElement]) {
    write("{ ")
    elements.withUnsafeBufferPointer { buffer in
      guard let elements = buffer.baseAddress else { return }
      for index in buffer.indices {
        var cursor = cursor(room: 32 + elements[index].verdict.chainBytes)
        if index > 0 { cursor.write(", ") }
        cursor.write(elements[index].index)
        cursor.write(" : ")
        cursor.write(elements[index].verdict)
        advance(to: cursor)
      }
    }
    write(" }")
  }
}
