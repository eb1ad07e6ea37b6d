/// `VALUE` or `VALUE/MASK`, each decimal, `0x` hexadecimal or `0` octal.
struct MaskedNumber {
  var value: UInt32
  /// All bits where none is written.
  var mask: UInt32

  init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let value = MaskedNumber.number(parts[0]) else { return nil }
    self.value = value
    mask = .max
    if parts.count == 2 {
      guard let mask = MaskedNumber.number(parts[1]) else { return nil }
      self.mask = mask
    }
  }

  private static func number(_ text: Substring) -> UInt32? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt32(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0"), text.utf8.count > 1 { return UInt32(text.dropFirst(), radix: 8) }
    return UInt32(text)
  }
}
