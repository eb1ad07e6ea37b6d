import RuleText

extension TextCursor {
  /// 1/n with ten decimals.
  mutating func write(probabilityOfOneIn n: UInt32) {
    let units = ProbabilityText.units(n)
    write(UInt16(truncatingIfNeeded: units / ProbabilityText.scale))
    write(byte: UInt8(ascii: "."))
    let decimals = units % ProbabilityText.scale
    write(UInt16(truncatingIfNeeded: decimals / 1_000_000_000))
    write(threeDigitsOf: decimals / 1_000_000 % 1000)
    write(threeDigitsOf: decimals / 1000 % 1000)
    write(threeDigitsOf: decimals % 1000)
  }

  /// A word as `iptables-restore` reads it back: quoted where it has to be. At most twice its UTF-8 and two quotes.
  @inline(__always)
  mutating func write(word: String) {
    var cursor = self
    word.withBytes { cursor.write(word: $0) }
    self = cursor
  }

  @inline(__always)
  private mutating func write(word bytes: UnsafeBufferPointer<UInt8>) {
    let needsQuotes = bytes.inEights { eight in
      // Blanks, tabulators and ends of lines; other control characters do no harm in quotes either.
      eight.less(than: UInt8(ascii: " ") + 1) | eight.equal(UInt8(ascii: "\"")) | eight.equal(UInt8(ascii: "\\"))
        | eight.equal(UInt8(ascii: "'"))
    }
    if needsQuotes == 0, !bytes.isEmpty { return write(bytes) }
    write(byte: UInt8(ascii: "\""))
    let needsEscapes = bytes.inEights { eight in
      eight.less(than: UInt8(ascii: " ")) | eight.equal(UInt8(ascii: "\"")) | eight.equal(UInt8(ascii: "\\"))
    }
    if needsEscapes == 0 {
      write(bytes)
    } else {
      for byte in bytes {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { write(byte: UInt8(ascii: "\\")) }
        // A document has a rule per line: what would end the line cannot be said.
        write(byte: byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") ? UInt8(ascii: " ") : byte)
      }
    }
    write(byte: UInt8(ascii: "\""))
  }
}
