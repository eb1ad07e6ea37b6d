#if Agent
  /// The labels of a series, sorted by name.
  struct Labels: Hashable, Comparable, Sendable {
    /// `a="1",b="2"`
    let text: String

    init(_ dimensions: [(String, String)]) {
      text = dimensions.sorted { $0.0 < $1.0 }
        .map { "\(MetricNames.label($0.0))=\"\(MetricNames.escapedValue($0.1))\"" }
        .joined(separator: ",")
    }

    static func < (a: Labels, b: Labels) -> Bool { a.text < b.text }

    /// In braces, with one more label; nothing where there is none.
    func braced(and extra: String? = nil) -> String {
      let parts = [text, extra ?? ""].filter { !$0.isEmpty }
      return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
    }
  }

  /// What names and values may look like in the text format.
  enum MetricNames {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; anything else becomes an underscore.
    static func metric(_ name: String) -> String { clean(name, allowsColon: true) }

    static func label(_ name: String) -> String { clean(name, allowsColon: false) }

    private static func clean(_ name: String, allowsColon: Bool) -> String {
      var bytes = Array(name.utf8)
      for (index, byte) in bytes.enumerated() {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): continue
        case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0: continue
        case UInt8(ascii: ":") where allowsColon: continue
        default: bytes[index] = UInt8(ascii: "_")
        }
      }
      return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    static func escapedHelp(_ text: String) -> String {
      escaped(text, quotes: false)
    }

    static func escapedValue(_ text: String) -> String {
      escaped(text, quotes: true)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
      var result = ""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\"" where quotes: result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }
  }
#endif
