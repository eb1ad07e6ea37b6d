import Foundation
import Reports
import Testing

@Suite struct JSONValueTests {
  @Test func keepsTheOrderOfMembersAndIndents() {
    let value: JSONValue = ["b": 1, "a": [true, "x"], "empty": [], "none": .object([JSONValue.Member]())]
    #expect(
      value.text == """
        {
          "b": 1,
          "a": [
            true,
            "x"
          ],
          "empty": [],
          "none": {}
        }

        """)
  }

  @Test func leavesOutWhatIsNil() {
    #expect(JSONValue.object(["a": nil, "b": .null]) == .object([.init("b", .null)]))
  }

  @Test(arguments: [
    "", "plain", "\"quoted\" \\ back", "tab\tline\nreturn\r", "\u{0}\u{1f}\u{7f}\u{9b}",
    "\u{2028}\u{2029}\u{202e}\u{feff}",
    "é ж 漢 😀", "\u{1f468}\u{200d}\u{1f469}", "</script>",
  ])
  func readsBackAsWritten(_ text: String) throws {
    let value = JSONValue.object([.init(text, .string(text))])
    let read = try JSONSerialization.jsonObject(with: Data(value.text.utf8)) as? [String: String]
    // Unicode scalars, because equality of strings passes over how they are composed.
    #expect(read?.values.first.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    #expect(read?.keys.first.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
  }

  @Test func writesNothingThatSteersATerminal() {
    let value = JSONValue.string("\u{1b}[31m\u{202e}")
    #expect(value.text == "\"\\u001b[31m\\u202e\"\n")
  }
}
