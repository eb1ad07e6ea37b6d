/// A hash that is the same on every machine and in every process, unlike Swift's `Hasher`.
///
/// FNV-1a with 64 bits, stirred at the end so that names which differ in their last letter do not become neighbours.
struct StableHash {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  init(_ parts: String...) {
    for part in parts { combine(part) }
  }

  private mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(byte) }
    // No UTF-8 text contains this byte, so the parts cannot run into one another.
    combine(0xff)
  }

  private mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  var value: UInt64 {
    var value = state
    value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
    value = (value ^ value >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return value ^ value >> 33
  }
}
