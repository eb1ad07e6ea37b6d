import Reports
import Testing

@Suite struct SingleLineTests {
  @Test(arguments: [
    ("plain é 漢", "plain é 漢"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1b}[31m", "\\u{1b}[31m"), ("\u{9b}", "\\u{9b}"),
    ("\u{202e}gpj", "\\u{202e}gpj"), ("\u{2028}", "\\u{2028}"), ("a\r\nb", "a\\r\\nb"),
  ])
  func escapesWhatSteersATerminal(_ text: String, _ expected: String) {
    #expect(SingleLine.escaped(text) == expected)
  }
}
