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

/// The bytes of ``Backend/key`` packed into numbers, so that backends sort by text (EPS-12) without building strings.
struct BackendSortKey: Comparable {
  // "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" has 47 bytes.
  private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)

  init(_ address: IPAddress, port: UInt16) {
    var word: UInt64 = 0
    var count = 0
    var packed = words
    func put(_ byte: UInt8) {
      word = word << 8 | UInt64(byte)
      count += 1
      if count % 8 == 0 { flush() }
    }
    func flush() {
      switch (count - 1) / 8 {
      case 0: packed.0 = word
      case 1: packed.1 = word
      case 2: packed.2 = word
      case 3: packed.3 = word
      case 4: packed.4 = word
      default: packed.5 = word
      }
      word = 0
    }
    if address.family == .ipv6 { put(UInt8(ascii: "[")) }
    address.write(put)
    if address.family == .ipv6 { put(UInt8(ascii: "]")) }
    put(UInt8(ascii: ":"))
    var divisor: UInt16 = 10000
    while divisor > port && divisor > 1 { divisor /= 10 }
    while divisor > 0 {
      put(UInt8(ascii: "0") + UInt8(port / divisor % 10))
      divisor /= 10
    }
    // A shorter text sorts first: what is missing counts as zero bytes.
    if count % 8 != 0 {
      word <<= UInt64(8 * (8 - count % 8))
      flush()
    }
    words = packed
  }

  static func == (a: BackendSortKey, b: BackendSortKey) -> Bool {
    a.words == b.words
  }

  static func < (a: BackendSortKey, b: BackendSortKey) -> Bool {
    a.words < b.words
  }
}
