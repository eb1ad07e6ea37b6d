import Foundation
import KubernetesObjects
import Testing

/// The JSON scanner against the grammar, and against Foundation's reader.
@Suite struct JSONGrammarTests {
  static func parse(_ text: [UInt8]) -> (root: DocumentNode?, error: String?) {
    let (documents, diagnostics) = text.withUnsafeBytes { DocumentTree.read($0, named: "x.json") }
    return (diagnostics.isEmpty ? documents.first?.root : nil, diagnostics.first?.text(files: ["x.json"]))
  }

  /// The same shape that ``value(_:)`` makes of a node.
  static func value(_ any: Any) -> String {
    switch any {
    case is NSNull: "null"
    case let text as String: "s\(text)"
    case let list as [Any]: "[" + list.map(value).joined(separator: ",") + "]"
    case let object as [String: Any]:
      "{" + object.sorted { $0.key < $1.key }.map { "\($0.key):\(value($0.value))" }.joined(separator: ",") + "}"
    case let number as NSNumber:
      isBoolean(number) ? "\(number.boolValue)" : "n\(number.doubleValue + 0)"
    default: "?"
    }
  }

  static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

  static func value(_ node: DocumentNode) -> String {
    switch node.kind {
    case .null: "null"
    case .string: "s\(node.string ?? "")"
    case .boolean: "\(node.boolean ?? false)"
    case .number: "n\((node.scalarText.flatMap { Double($0) } ?? .nan) + 0)"
    case .list: "[" + node.elements.map(value).joined(separator: ",") + "]"
    case .mapping:
      "{"
        + node.entries.sorted { $0.key < $1.key }.map { "\($0.key):\(value($0.value))" }.joined(separator: ",")
        + "}"
    }
  }

  /// A random document.
  static func document(_ numbers: inout HostileInputTests.Numbers, depth: Int) -> String {
    let blanks = ["", "", " ", "\n  ", "\t", "\r\n", "\n            "]
    func blank(_ numbers: inout HostileInputTests.Numbers) -> String { blanks.randomElement(using: &numbers) ?? "" }
    func string(_ numbers: inout HostileInputTests.Numbers) -> String {
      let pieces = [
        "a", "name", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "é", "日本", "😀", " ", "{", "}",
        "long text of it",
        "\\b\\f\\r\\t", "\\u0000", "\u{7f}", "\u{2028}",
      ]
      let count = Int.random(in: 0..<6, using: &numbers)
      return "\"" + (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined() + "\""
    }
    let pad = blank(&numbers)
    switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &numbers) {
    case 0: return pad + "null"
    case 1: return pad + (Bool.random(using: &numbers) ? "true" : "false")
    case 2:
      return pad
        + (["0", "-0", "12", "-7", "1.5", "1e3", "2E-2", "-0.25e+2", "65535"].randomElement(using: &numbers) ?? "")
    case 3, 4: return pad + string(&numbers)
    case 5, 6:
      let items = (0..<Int.random(in: 0..<5, using: &numbers)).map { index in
        pad + "\"k\(index)\(string(&numbers).dropFirst())" + blank(&numbers) + ":"
          + document(&numbers, depth: depth + 1)
      }
      return pad + "{" + items.joined(separator: ",") + blank(&numbers) + "}"
    default:
      let items = (0..<Int.random(in: 0..<5, using: &numbers)).map { _ in document(&numbers, depth: depth + 1) }
      return pad + "[" + items.joined(separator: blank(&numbers) + ",") + blank(&numbers) + "]"
    }
  }

  @Test func agreesWithFoundation() throws {
    var numbers = HostileInputTests.Numbers(state: 42)
    for _ in 0..<250 {
      // Foundation's numbers and texts are compared at the level of whole documents.
      let text = "{\"root\": " + Self.document(&numbers, depth: 0) + "}"
      let expected = try JSONSerialization.jsonObject(with: Data(text.utf8))
      let (root, error) = Self.parse(Array(text.utf8))
      #expect(error == nil)
      #expect(root.map(Self.value) == Self.value(expected), "\(text)")
    }
  }

  @Test func refusesWhatFoundationRefuses() {
    var numbers = HostileInputTests.Numbers(state: 43)
    var refused = 0
    for _ in 0..<600 {
      var bytes = Array(("{\"root\": " + Self.document(&numbers, depth: 1) + "}").utf8)
      let place = Int.random(in: 0..<bytes.count, using: &numbers)
      switch Int.random(in: 0..<3, using: &numbers) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
      case 1: bytes.remove(at: place)
      default: bytes.insert(Array("{}[]:,\"\\0 \n".utf8).randomElement(using: &numbers) ?? 0, at: place)
      }
      let accepted = (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
      let (documents, diagnostics) = bytes.withUnsafeBytes { DocumentTree.read($0, named: "x.json") }
      if accepted {
        // Foundation takes a comma behind the last pair of an object, which the grammar does not.
        let message = diagnostics.first?.message ?? "expected a key in double quotes, found `}`"
        #expect(message == "expected a key in double quotes, found `}`", "\(String(decoding: bytes, as: UTF8.self))")
      } else {
        // A stream of several values is fine here, where Foundation takes one only.
        refused += 1
        #expect(!diagnostics.isEmpty || documents.count != 1, "\(String(decoding: bytes, as: UTF8.self))")
      }
    }
    #expect(refused > 200)
  }

  @Test(arguments: [
    ("{\"a\": 01}", "x.json:1:7: error: not a number: `01`"),
    ("{\"a\": 1.}", "x.json:1:7: error: not a number: `1.`"),
    ("{\"a\": -}", "x.json:1:7: error: not a number: `-`"),
    ("{\"a\": 1e+}", "x.json:1:7: error: not a number: `1e+`"),
    ("{\"a\": .5}", "x.json:1:7: error: expected a value, found `.5`"),
    ("{\"a\": True}", "x.json:1:7: error: expected a value, found `True`"),
    ("{\"a\": nul}", "x.json:1:7: error: expected a value, found `nul`"),
    ("{'a': 1}", "x.json:1:2: error: expected a key in double quotes, found `'`"),
    ("{\"a\": 1,}", "x.json:1:9: error: expected a key in double quotes, found `}`"),
    ("[1, 2,]", "x.json:1:7: error: expected a value, found `]`"),
    ("{\"a\" 1}", "x.json:1:6: error: expected `:` behind the key, found `1`"),
    ("{\"a\": 1 \"b\": 2}", "x.json:1:9: error: expected `,` or `}`, found `\"`"),
    ("[1 2]", "x.json:1:4: error: expected `,` or `]`, found `2`"),
    ("{\"a\": 1}\n\n}", "x.json:3:1: error: expected a value, found `}`"),
    (
      "{\n  \"é\": \"\\x\"\n}",
      "x.json:2:9: error: a string has an unknown escape; `\\` is followed by one of `\"\\/bfnrtu`"
    ),
    ("{\"a\": \"\\ud800\"}", "x.json:1:8: error: a string has half of a surrogate pair (\\ud800 to \\udfff)"),
    ("{\"a\": \"\\udc00\\ud800\"}", "x.json:1:8: error: a string has half of a surrogate pair (\\ud800 to \\udfff)"),
    ("{\"a\": \"\\u12g4\"}", "x.json:1:8: error: a string has a \\u that is not followed by four hexadecimal digits"),
    (
      "{\"a\": \"x\ty\"}", "x.json:1:9: error: a string contains a control character; write it as an escape such as \\n"
    ),
    ("{\"a\": \"x", "x.json:1:9: error: the input ends where a string should go on or begin; is it cut off?"),
    ("{\"a\": [1,\n", "x.json:2:1: error: the input ends where a value should go on or begin; is it cut off?"),
    (
      "{\"a\": [1\n",
      "x.json:2:1: error: the input ends where the array that begins in line 1 should go on or begin; is it cut off?"
    ),
    ("{\"a\": /* b */ 1}", "x.json:1:7: error: expected a value, found `/`"),
    ("{\"日本\": \"😀\" x}", "x.json:1:12: error: expected `,` or `}`, found `x`"),
    ("{\"a\": 1}\u{0}", "x.json:1:9: error: expected a value, found the byte 0x00"),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    #expect(Self.parse(Array(text.utf8)).error == message)
  }

  @Test(
    arguments: [
      [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
      [0x22, 0xe2, 0x82, 0x22], [0x22, 0x80, 0x22], [0x22, 0xf0, 0x80, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesBadUTF8(bytes: [UInt8]) {
    #expect(Self.parse(bytes).error == "x.json:1:2: error: a string is not valid UTF-8")
  }

  @Test func acceptsAByteOrderMark() {
    #expect(Self.parse([0xef, 0xbb, 0xbf] + Array("{\"a\": 1}".utf8)).root?["a"]?.position.column == 7)
  }

  @Test func readsEscapes() {
    let text = #"{"\u006bey": "\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00z"}"#
    #expect(Self.parse(Array(text.utf8)).root?["key"]?.string == "\"\\/\u{8}\u{c}\n\r\tAé😀z")
  }
}
