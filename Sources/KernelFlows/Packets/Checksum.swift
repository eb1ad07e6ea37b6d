/// The checksums of packets. The kernel's connection tracking looks at all of them.
enum Checksum {
  /// The ones' complement sum of RFC 1071, folded and inverted.
  ///
  /// - Parameter start: a sum of what is not among the bytes, such as a pseudo header.
  static func internet(_ bytes: some Sequence<UInt8>, from start: UInt64 = 0) -> UInt16 {
    var sum = start
    var isUpper = true
    for byte in bytes {
      sum += isUpper ? UInt64(byte) << 8 : UInt64(byte)
      isUpper.toggle()
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(truncatingIfNeeded: sum)
  }

  /// CRC-32C, as SCTP has it (RFC 9260, appendix A).
  static func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
    return ~sum
  }

  private static let table: [UInt32] = (0..<256).map { index in
    var value = UInt32(index)
    for _ in 0..<8 { value = value & 1 == 1 ? 0x82f6_3b78 ^ value >> 1 : value >> 1 }
    return value
  }
}
