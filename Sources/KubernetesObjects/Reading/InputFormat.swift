/// The two notations objects are written in.
public enum InputFormat: String, Hashable, Sendable, CaseIterable {
  case yaml, json

  /// By the extension of a file name: `.json` is JSON, `.yaml` and `.yml` are YAML. Nil for any other.
  public init?(fileName: String) {
    let name = fileName.lowercased()
    if name.hasSuffix(".json") {
      self = .json
    } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else {
      return nil
    }
  }

  /// By the first characters: JSON begins with `{` and then `"` or `}`, or with `[`. Anything else is YAML.
  public init(content bytes: UnsafeRawBufferPointer) {
    var significant = bytes.dropFirst(bytes.starts(with: ByteOrderMark.utf8) ? 3 : 0).lazy
      .filter {
        $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\t")
      }
      .makeIterator()
    switch significant.next() {
    case UInt8(ascii: "["): self = .json
    case UInt8(ascii: "{"):
      let second = significant.next()
      self = second == UInt8(ascii: "\"") || second == UInt8(ascii: "}") ? .json : .yaml
    default: self = .yaml
    }
  }
}

/// Marks at the begin of a text that tell its encoding.
enum ByteOrderMark {
  static let utf8: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Whether the text is UTF-16 or UTF-32: by its mark, or because ASCII characters come with zero bytes.
  static func isWide(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) { return true }
    guard bytes.count >= 4 else { return false }
    let zeros = (bytes[0] == 0, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0)
    return zeros == (true, false, true, false) || zeros == (false, true, false, true)
      || zeros == (true, true, true, false) || zeros == (false, true, true, true)
  }
}
