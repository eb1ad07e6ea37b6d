import ServiceChecks
import Testing

/// What `--explain`, `--list` and the documentation say.
@Suite struct CheckTests {
  @Test func codesAreUniqueAndInOrder() {
    let codes = Check.all.map(\.code)
    #expect(codes == codes.sorted())
    #expect(Set(codes).count == codes.count)
    #expect(Set(Check.all.map(\.name)).count == codes.count)
  }

  @Test func theFirstDigitIsTheFamily() {
    for (number, family) in CheckFamily.allCases.enumerated() {
      for check in family.checks {
        #expect(check.code.hasPrefix("SVC\(number)") && check.code.count == 6, "\(check.code)")
        #expect(check.family == family)
      }
    }
  }

  @Test(arguments: Check.all)
  func saysEverything(_ check: Check) {
    for text in [check.what, check.why, check.remedy, check.advice] {
      #expect(text.hasSuffix(".") || text.hasSuffix(".)"), "\(check.code): \(text)")
      #expect(!text.contains("\n"))
    }
    #expect(check.title.first.map { !$0.isUppercase } ?? false && !check.title.hasSuffix("."))
    #expect(!check.example.isEmpty)
    #expect(check.name.first?.isUppercase ?? false && check.name.allSatisfy(\.isLetter))
    let explanation = check.explanation
    #expect(explanation.hasPrefix("\(check.code) \(check.name) (\(check.severity.rawValue))\n"))
    for line in explanation.split(separator: "\n") { #expect(line.count <= 100, "\(check.code): \(line)") }
  }

  @Test func findsCodesInAnyCase() {
    #expect(Check.named("svc101")?.code == "SVC101")
    #expect(Check.named("SVC999") == nil)
  }

  @Test func listsEveryCheck() {
    let lines = Check.list.split(separator: "\n")
    #expect(lines.count == Check.all.count)
    #expect(lines.first == "SVC001  error    an object that an API server refuses")
  }
}
