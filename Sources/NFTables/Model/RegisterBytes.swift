import NetworkAddresses

/// A key or a map's data as the kernel's registers hold it: field after field, each padded to 32 bits.
///
/// The type of the set tells which fields these are. Order and equality are those of the bytes, so that sorting by key
/// sorts by address, then protocol, then port.
public struct RegisterBytes: Hashable, Sendable, Comparable {
  // Big-endian words; the longest key used is two IPv6 addresses, protocol and port: 40 bytes.
  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  @usableFromInline var used = 0

  /// Bytes in use, a multiple of 4.
  @inlinable
  public var count: Int { used }

  @inlinable
  public init() {}

  /// The most bytes it can hold.
  @inlinable
  public static var capacity: Int { 40 }

  // MARK: Appending fields

  public mutating func append(_ address: IPAddress) {
    if address.family == .ipv4 {
      appendWord(UInt32(truncatingIfNeeded: address.low))
    } else {
      appendWord(UInt32(truncatingIfNeeded: address.high >> 32))
      appendWord(UInt32(truncatingIfNeeded: address.high))
      appendWord(UInt32(truncatingIfNeeded: address.low >> 32))
      appendWord(UInt32(truncatingIfNeeded: address.low))
    }
  }

  public mutating func append(_ transport: TransportProtocol) {
    appendWord(UInt32(transport.number) << 24)
  }

  public mutating func append(port: UInt16) {
    appendWord(UInt32(port) << 16)
  }

  /// A number in host byte order, such as a random number. Kept big-endian here so that it sorts by value; the kernel's
  /// bytes are made where they are sent.
  public mutating func append(number: UInt32) {
    appendWord(number)
  }

  /// Appends the next 32 bits. More than ``capacity`` bytes are a programming error.
  @inlinable
  public mutating func appendWord(_ word: UInt32) {
    precondition(count < RegisterBytes.capacity, "a key of more than 40 bytes")
    let shifted = UInt64(word) << (count % 8 == 0 ? 32 : 0)
    switch count / 8 {
    case 0: words.0 |= shifted
    case 1: words.1 |= shifted
    case 2: words.2 |= shifted
    case 3: words.3 |= shifted
    default: words.4 |= shifted
    }
    used += 4
  }

  // MARK: Reading fields

  /// The 32 bits at a byte offset that is a multiple of 4.
  @inlinable @inline(__always)
  public func word(at offset: Int) -> UInt32 {
    let pair =
      switch offset / 8 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      case 3: words.3
      default: words.4
      }
    return UInt32(truncatingIfNeeded: offset % 8 == 0 ? pair >> 32 : pair)
  }

  @inline(__always)
  public func address(_ family: IPFamily, at offset: Int) -> IPAddress {
    if family == .ipv4 { return IPAddress(ipv4: word(at: offset)) }
    return IPAddress(
      ipv6High: UInt64(word(at: offset)) << 32 | UInt64(word(at: offset + 4)),
      low: UInt64(word(at: offset + 8)) << 32 | UInt64(word(at: offset + 12)))
  }

  /// The number of a transport protocol.
  @inline(__always)
  public func protocolNumber(at offset: Int) -> UInt8 { UInt8(word(at: offset) >> 24) }

  @inline(__always)
  public func port(at offset: Int) -> UInt16 { UInt16(word(at: offset) >> 16) }

  /// Whether so many bytes at the beginning are the same as those of another one; a multiple of 4.
  func begins(like other: RegisterBytes, bytes: Int) -> Bool {
    var offset = 0
    while offset < bytes {
      if word(at: offset) != other.word(at: offset) { return false }
      offset += 4
    }
    return true
  }

  /// Whether both are the same where the bits of a mask are set.
  @inline(__always)
  func isEqual(to other: RegisterBytes, in mask: RegisterBytes) -> Bool {
    var differing = (words.0 ^ other.words.0) & mask.words.0
    differing |= (words.1 ^ other.words.1) & mask.words.1
    differing |= (words.2 ^ other.words.2) & mask.words.2
    differing |= (words.3 ^ other.words.3) & mask.words.3
    differing |= (words.4 ^ other.words.4) & mask.words.4
    return differing == 0
  }

  /// A key without its last 32 bits: the frontend, where these are an index or a number.
  public var withoutLastWord: RegisterBytes {
    var bytes = RegisterBytes()
    for offset in stride(from: 0, to: count - 4, by: 4) { bytes.appendWord(word(at: offset)) }
    return bytes
  }

  // MARK: Order

  /// The first 16 bytes, zero where there are fewer; they come in the same order as the whole.
  var firstWords: (UInt64, UInt64) { (words.0, words.1) }

  @inlinable
  public static func == (a: RegisterBytes, b: RegisterBytes) -> Bool {
    a.count == b.count && a.words == b.words
  }

  @inlinable
  public static func < (a: RegisterBytes, b: RegisterBytes) -> Bool {
    a.words != b.words ? a.words < b.words : a.count < b.count
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    if count > 24 {
      hasher.combine(words.3)
      hasher.combine(words.4)
    }
  }
}
