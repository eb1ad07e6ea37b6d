import NetworkAddresses

/// An endpoint that traffic can be sent to.
public struct Backend: Hashable, Sendable {
  public var address: IPAddress
  public var port: UInt16
  /// Whether it is on this node (EPS-7).
  public var isLocal: Bool

  public init(address: IPAddress, port: UInt16, isLocal: Bool) {
    self.address = address
    self.port = port
    self.isLocal = isLocal
  }

  /// `ip:port`, or `[ip]:port` (EPS-6).
  public var key: String {
    address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

/// What ``Backend/key`` says, packed into numbers, so that backends sort by text (EPS-12) without building strings.
struct BackendSortKey: Comparable {
  // A character is five bits, so that 25 of them are one number; "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" has 47.
  private var first: UInt128
  private var second: UInt128

  init(_ address: IPAddress, port: UInt16) {
    var text = PackedText()
    if address.family == .ipv4 {
      let value = UInt32(truncatingIfNeeded: address.low)
      text.append(decimal: value >> 24)
      text.append(".")
      text.append(decimal: value >> 16 & 255)
      text.append(".")
      text.append(decimal: value >> 8 & 255)
      text.append(".")
      text.append(decimal: value & 255)
    } else {
      text.append("[")
      address.withText { for byte in $0 { text.append(Unicode.Scalar(byte)) } }
      text.append("]")
    }
    text.append(":")
    text.append(decimal: UInt32(port))
    (first, second) = text.numbers
  }

  static func == (a: BackendSortKey, b: BackendSortKey) -> Bool { a.first == b.first && a.second == b.second }

  static func < (a: BackendSortKey, b: BackendSortKey) -> Bool {
    a.first != b.first ? a.first < b.first : a.second < b.second
  }
}

/// Characters of addresses and ports as numbers that come in the same order as the text.
private struct PackedText {
  private var first: UInt128 = 0
  private var second: UInt128 = 0
  private var count = 0

  private static let bits = 5
  private static let most = UInt128.bitWidth / bits

  @inline(__always)
  mutating func append(_ character: Unicode.Scalar) { append(code: PackedText.code(of: character)) }

  /// Up to five digits.
  @inline(__always)
  mutating func append(decimal number: UInt32) {
    // Written out: what is divided by a constant is multiplied instead.
    if number >= 10000 { append(digit: number / 10000) }
    if number >= 1000 { append(digit: number / 1000 % 10) }
    if number >= 100 { append(digit: number / 100 % 10) }
    if number >= 10 { append(digit: number / 10 % 10) }
    append(digit: number % 10)
  }

  @inline(__always)
  private mutating func append(digit: UInt32) { append(code: PackedText.zero + UInt128(digit)) }

  @inline(__always)
  private mutating func append(code: UInt128) {
    if count < PackedText.most {
      first = first << PackedText.bits | code
    } else {
      second = second << PackedText.bits | code
    }
    count += 1
  }

  /// A shorter text sorts first: what is missing counts as zeros.
  var numbers: (UInt128, UInt128) {
    let behind = max(count - PackedText.most, 0)
    return (
      first << (PackedText.bits * (PackedText.most - count + behind)),
      second << (PackedText.bits * (PackedText.most - behind))
    )
  }

  // In the order of their ASCII codes.
  private static let zero: UInt128 = 2
  private static func code(of character: Unicode.Scalar) -> UInt128 {
    switch character {
    case ".": 1
    case "0"..."9": zero + UInt128(character.value - 0x30)
    case ":": 12
    case "[": 13
    case "]": 14
    default: 15 + UInt128(character.value - 0x61)
    }
  }
}
