import NetworkAddresses

/// Bytes of a text that grows. Writing into it builds no strings, and what is written is written once: room is made first,
/// then bytes are put behind those that are there.
///
/// It cannot be copied. Its memory is its own, or an array's that is being made. A text that is only passed on need not be in
/// memory as a whole: ``inPieces(to:_:)``.
public struct TextBuffer: ~Copyable {
  /// Takes a piece of a text. The bytes are there until it returns.
  public typealias Sink = (UnsafeRawBufferPointer) -> Void

  @usableFromInline
  var start: UnsafeMutablePointer<UInt8>
  @usableFromInline
  var capacity: Int
  /// Bytes written.
  @usableFromInline
  var count = 0

  @usableFromInline
  var ownsMemory = true
  /// Nil: everything stays here.
  private var sink: Sink?
  /// So many bytes are passed on. Small enough for a cache: writing to memory takes as long as making the text.
  @usableFromInline
  var piece = Int.max
  private static let pieceBytes = 1 << 16

  private static let leastCapacity = 256

  /// - Parameter capacity: bytes to set aside at once. Memory that is never written to costs next to nothing.
  public init(capacity: Int = 0) {
    self.capacity = max(capacity, TextBuffer.leastCapacity)
    start = .allocate(capacity: self.capacity)
  }

  private init(in memory: UnsafeMutableBufferPointer<UInt8>, _ start: UnsafeMutablePointer<UInt8>) {
    self.start = start
    capacity = memory.count
    ownsMemory = false
  }

  deinit { if ownsMemory { start.deallocate() } }

  /// What a body writes, in an array that it is written into directly as long as there is room.
  ///
  /// - Parameter capacity: bytes to set aside at once. Memory that is never written to costs next to nothing.
  public static func bytes(capacity: Int, _ write: (inout TextBuffer) -> Void) -> [UInt8] {
    var larger: [UInt8]?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(capacity, leastCapacity)) { memory, count in
      guard let start = memory.baseAddress else { return }
      var buffer = TextBuffer(in: memory, start)
      write(&buffer)
      if buffer.ownsMemory { larger = buffer.bytes } else { count = buffer.count }
    }
    return larger ?? bytes
  }

  /// Passes what a body writes on in pieces, each of some lines.
  public static func inPieces(to sink: @escaping Sink, _ write: (inout TextBuffer) -> Void) {
    var buffer = TextBuffer(capacity: pieceBytes * 2)
    buffer.sink = sink
    buffer.piece = pieceBytes
    write(&buffer)
    buffer.passOn()
  }

  /// Says that what is there will not be asked for again, so that it may be passed on.
  ///
  /// - Returns: whether it was, and what is written again has to be in the next piece.
  @inlinable
  @discardableResult
  public mutating func endLine() -> Bool {
    if count < piece { return false }
    passOn()
    return true
  }

  @usableFromInline
  mutating func passOn() {
    sink?(UnsafeRawBufferPointer(start: start, count: count))
    count = 0
  }

  /// A copy of what was written.
  public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  public var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  /// After this, so many bytes can be put behind those that are there.
  @inlinable
  @inline(__always)
  mutating func makeRoom(_ bytes: Int) {
    if capacity - count < bytes { grow(bytes) }
  }

  @usableFromInline
  mutating func grow(_ bytes: Int) {
    let larger = max(capacity * 2, count + bytes)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    memory.update(from: start, count: count)
    if ownsMemory { start.deallocate() }
    start = memory
    ownsMemory = true
    capacity = larger
  }

  /// For a caller who has made room.
  @inlinable
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    start[count] = byte
    count += 1
  }

  @inlinable
  public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { write(bytes: $0) }
  }

  @inlinable
  public mutating func write(_ text: String) {
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { write(bytes: $0) }
    guard isWritten == nil else { return }
    for byte in text.utf8 { write(byte: byte) }
  }

  @inlinable
  mutating func write(bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    makeRoom(bytes.count)
    (start + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  @inlinable
  public mutating func write(byte: UInt8) {
    makeRoom(1)
    put(byte)
  }

  @inlinable
  public mutating func write(_ number: some UnsignedInteger & FixedWidthInteger) {
    write(decimal: UInt64(number))
  }

  @usableFromInline
  mutating func write(decimal number: UInt64) {
    makeRoom(20)
    var digits = 1
    var limit: UInt64 = 10
    while number >= limit {
      digits += 1
      let (next, overflows) = limit.multipliedReportingOverflow(by: 10)
      if overflows { break }
      limit = next
    }
    var rest = number
    var place = count + digits
    count = place
    repeat {
      place -= 1
      start[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
  }

  /// `0x00004000` (MASQ-4)
  public mutating func write(hexadecimal number: UInt32) {
    write("0x")
    for shift in stride(from: UInt32(28), through: 0, by: -4) {
      let digit = UInt8(number >> shift & 15)
      write(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  /// Seconds as nft lists them: `1d2h3m4s`, without the parts that are zero.
  public mutating func write(duration seconds: UInt32) {
    var rest = seconds
    for (unit, letter) in [(UInt32(86_400), "d"), (3_600, "h"), (60, "m")] as [(UInt32, StaticString)]
    where rest >= unit {
      write(rest / unit)
      write(letter)
      rest %= unit
    }
    if rest > 0 || seconds == 0 {
      write(rest)
      write("s")
    }
  }

  public mutating func write(_ address: IPAddress) {
    // The longest one is of IPv6: eight groups of four digits.
    makeRoom(40)
    guard address.family == .ipv4 else { return address.write { put($0) } }
    let number = UInt32(truncatingIfNeeded: address.low)
    var end = count
    putOctet(number >> 24, at: &end)
    putOctet(number >> 16 & 255, at: &end)
    putOctet(number >> 8 & 255, at: &end)
    putOctet(number & 255, at: &end)
    // Not the last dot.
    count = end - 1
  }

  /// Up to three digits and a dot, stored at once.
  @inline(__always)
  private func putOctet(_ number: UInt32, at end: inout Int) {
    let zero = UInt32(UInt8(ascii: "0"))
    let dot = UInt32(UInt8(ascii: "."))
    let text: UInt32
    let length: Int
    if number >= 100 {
      text = zero + number / 100 | (zero + number / 10 % 10) << 8 | (zero + number % 10) << 16 | dot << 24
      length = 4
    } else if number >= 10 {
      text = zero + number / 10 | (zero + number % 10) << 8 | dot << 16
      length = 3
    } else {
      text = zero + number | dot << 8
      length = 2
    }
    UnsafeMutableRawPointer(start + end).storeBytes(of: text.littleEndian, as: UInt32.self)
    end += length
  }

  /// Writes again what was written before.
  public mutating func write(repeating range: Range<Int>) {
    makeRoom(range.count)
    (start + count).update(from: start + range.lowerBound, count: range.count)
    count += range.count
  }

  /// Where the next byte comes.
  public var end: Int { count }

  public mutating func write(_ prefix: IPPrefix) {
    write(prefix.address)
    write(byte: UInt8(ascii: "/"))
    write(UInt8(prefix.length))
  }

  /// The text in double quotes. What nft cannot read inside a quoted string is left out.
  public mutating func write(quoted text: String) {
    write(byte: UInt8(ascii: "\""))
    let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
      makeRoom(bytes.count)
      for byte in bytes where TextBuffer.isQuotable(byte) { put(byte) }
    }
    if isWritten == nil {
      for byte in text.utf8 where TextBuffer.isQuotable(byte) { write(byte: byte) }
    }
    write(byte: UInt8(ascii: "\""))
  }

  private static func isQuotable(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "\"") && byte >= 0x20 }
}
