import RuleText

extension TextBuffer {
  /// 1/n with ten decimals.
  mutating func write(probabilityOfOneIn n: UInt32) {
    let units = ProbabilityText.units(n)
    write(units / ProbabilityText.scale)
    write(byte: UInt8(ascii: "."))
    var divisor = ProbabilityText.scale / 10
    while divisor > 0 {
      write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: units / divisor % 10))
      divisor /= 10
    }
  }

  /// A word as `iptables-restore` reads it back: quoted where it has to be.
  mutating func write(word: String) {
    let isPlain = word.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(TextBuffer.isPlain) }
    if isPlain ?? word.utf8.allSatisfy(TextBuffer.isPlain), !word.isEmpty {
      write(word)
      return
    }
    write(byte: UInt8(ascii: "\""))
    for byte in word.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { write(byte: UInt8(ascii: "\\")) }
      // A document has a rule per line: what would end the line cannot be said.
      write(byte: byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
    }
    write(byte: UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\t"), UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"),
      UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      false
    default: true
    }
  }
}
