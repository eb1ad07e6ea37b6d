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
  @usableFromInline
  let decimals = DecimalTable.shared
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
    if count == 0 { return }
    sink?(UnsafeRawBufferPointer(start: start, count: count))
    count = 0
  }

  /// Bytes that are whole lines.
  mutating func passOn(_ bytes: [UInt8]) {
    guard let sink else { return bytes.withUnsafeBufferPointer { write(bytes: $0) } }
    passOn()
    bytes.withUnsafeBytes(sink)
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

  @inlinable
  @inline(never)
  mutating func grow(_ bytes: Int) {
    let larger = max(capacity * 2, count + bytes)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    memory.update(from: start, count: count)
    if ownsMemory { start.deallocate() }
    start = memory
    ownsMemory = true
    capacity = larger
  }

  /// Where the next byte goes, with room for so many: see ``TextCursor``. What is written counts once the cursor is given
  /// back.
  @inlinable
  @inline(__always)
  public mutating func cursor(room bytes: Int) -> TextCursor {
    makeRoom(bytes + TextCursor.slack)
    return TextCursor(start + count, decimals)
  }

  /// Takes a cursor back.
  @inlinable
  @inline(__always)
  public mutating func advance(to cursor: TextCursor) {
    count = cursor.end - start
    precondition(count <= capacity, "a line of text is longer than it was said to be")
  }

  @inlinable
  @inline(__always)
  public mutating func write(_ text: StaticString) {
    var cursor = cursor(room: text.utf8CodeUnitCount)
    cursor.write(text)
    advance(to: cursor)
  }

  @inlinable
  public mutating func write(_ text: String) {
    var cursor = cursor(room: text.withBytes(\.count))
    cursor.write(text)
    advance(to: cursor)
  }

  mutating func write(bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    makeRoom(bytes.count)
    (start + count).update(from: source, count: bytes.count)
    count += bytes.count
  }

  @inlinable
  @inline(__always)
  public mutating func write(byte: UInt8) {
    makeRoom(1)
    start[count] = byte
    count += 1
  }

  @inlinable
  public mutating func write(_ number: UInt16) {
    var cursor = cursor(room: 5)
    cursor.write(number)
    advance(to: cursor)
  }

  @inlinable
  public mutating func write(_ number: some UnsignedInteger & FixedWidthInteger) {
    var cursor = cursor(room: 20)
    if number <= UInt32.max { cursor.write(UInt32(truncatingIfNeeded: number)) } else { cursor.write(UInt64(number)) }
    advance(to: cursor)
  }

  /// `0x00004000` (MASQ-4)
  public mutating func write(hexadecimal number: UInt32) {
    var cursor = cursor(room: 10)
    cursor.write(hexadecimal: number)
    advance(to: cursor)
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

  @inlinable
  public mutating func write(_ address: IPAddress) {
    var cursor = cursor(room: IPAddress.textRoom)
    cursor.write(address)
    advance(to: cursor)
  }

  public mutating func write(_ prefix: IPPrefix) {
    write(prefix.address)
    write(byte: UInt8(ascii: "/"))
    write(UInt8(prefix.length))
  }

  /// The text in double quotes. What nft cannot read inside a quoted string is left out.
  @inlinable
  public mutating func write(quoted text: String) {
    var cursor = cursor(room: text.withBytes(\.count) + 2)
    cursor.write(quoted: text)
    advance(to: cursor)
  }
}
