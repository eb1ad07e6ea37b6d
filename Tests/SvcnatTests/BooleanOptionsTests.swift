import Testing

@testable import svcnat

@Suite struct BooleanOptionsTests {
  @Test func standAloneOrWithAValue() {
    #expect(
      BooleanOptions.completed(["compile", "--masquerade-all", "--conntrack-tcp-be-liberal=false", "x.yaml"])
        == ["compile", "--masquerade-all=true", "--conntrack-tcp-be-liberal=false", "x.yaml"])
  }

  @Test func nothingBehindTheEndOfOptions() {
    #expect(BooleanOptions.completed(["--", "--masquerade-all"]) == ["--", "--masquerade-all"])
  }
}
