/// One word of a line, as `iptables-restore` splits it.
struct Word {
  var text: String
  /// A quoted word is never an option.
  var isQuoted: Bool

  /// Whether an option starts here. A number may be negative.
  var isOption: Bool {
    guard !isQuoted, text.utf8.first == UInt8(ascii: "-") else { return false }
    return text.utf8.dropFirst().first.map { !(48...57).contains($0) } ?? false
  }

  var isNegation: Bool { !isQuoted && text == "!" }

  /// Nil: a quote is not closed.
  ///
  /// Inside quotes a backslash takes the next byte as it is; a quote may start within a word.
  static func split(_ line: some Sequence<UInt8>) -> [Word]? {
    var words: [Word] = []
    var bytes: [UInt8] = []
    var isQuoted = false
    var isOpen = false
    var isEscaped = false
    func finish() {
      guard !bytes.isEmpty || isQuoted else { return }
      words.append(Word(text: String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted))
      bytes.removeAll(keepingCapacity: true)
      isQuoted = false
    }
    for byte in line {
      if isEscaped {
        bytes.append(byte)
        isEscaped = false
      } else if isOpen, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isOpen.toggle()
        isQuoted = true
      } else if !isOpen, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
        finish()
      } else {
        bytes.append(byte)
      }
    }
    guard !isOpen else { return nil }
    finish()
    return words
  }
}
