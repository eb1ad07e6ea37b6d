import Reports
import Testing

@Suite struct MarkdownTests {
  @Test(arguments: [
    ("3 backends → 2", "3 backends → 2"), ("[a](b)", "\\[a\\]\\(b\\)"), ("<img src=x>", "&lt;img src=x&gt;"),
    ("a|b", "a\\|b"), ("`rm`", "\\`rm\\`"), ("*b* _i_ ~s~ #1 !x $y", "\\*b\\* \\_i\\_ \\~s\\~ \\#1 \\!x \\$y"),
    ("@team", "@<!-- -->team"), ("&lt;", "&amp;lt;"), ("a\nb\u{202e}", "a\\\\nb\\\\u{202e}"), ("\\", "\\\\"),
  ])
  func textStaysText(_ text: String, _ escaped: String) {
    #expect(Markdown.escaped(text) == escaped)
  }

  @Test(arguments: [
    ("shop/web:http", "`shop/web:http`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("a|b", "`a\\|b`"), ("", "` `"),
    ("a\nb", "`a\\nb`"),
  ])
  func codeStaysCode(_ text: String, _ code: String) {
    #expect(Markdown.code(text) == code)
  }
}
