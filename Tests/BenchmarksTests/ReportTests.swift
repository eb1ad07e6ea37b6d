import Foundation
import Testing

@testable import svcnat_benchmark

@Suite struct ReportTests {
  private let machine = Machine(
    processor: "a processor", cores: 2, memory: "8 GiB", kernel: "6.1", nft: "nft", iptables: "iptables",
    swift: "swift",
    commit: "0123", date: "2026-01-01", load: "0.00")

  /// Costs that are 2 µs × Services ^ exponent.
  private func results(exponent: Double) -> Results {
    Results(
      machine: machine,
      measurements: [10, 1000, 5000, 50_000].map { services in
        Measurement(
          stage: .coldLoad, target: "nft-maps", services: services, endpoints: 5,
          samples: [2e-6 * pow(Double(services), exponent)], bytes: services * 100,
          ratios: [.init(to: "kernel alone", samples: [1.5, 2, 4])])
      }, caps: ["a cap"])
  }

  @Test(arguments: [0.0, 0.5, 1, 2])
  func exponentsAreThoseOfThePoints(_ exponent: Double) throws {
    let fit = try #require(GrowthFit(GrowthTable.points(results(exponent: exponent), .coldLoad, "nft-maps")))
    #expect(abs(fit.exponent - exponent) < 1e-9)
    #expect(abs(fit.factor - 2e-6) < 1e-12)
  }

  @Test func oneSizeHasNoGrowth() {
    #expect(GrowthFit([(size: 10, cost: 1), (size: 10, cost: 2)]) == nil)
  }

  @Test func mediansAreInTheMiddle() {
    #expect(Spread([3, 1, 2]).median == 2)
    #expect(Spread([4, 1, 2, 3]).median == 2.5)
    #expect(Spread([]).median.isNaN)
  }

  @Test func tableHasMachineCapsFiguresAndGrowth() {
    let text = TextReport(results(exponent: 1)).text
    for part in [
      "a processor, 2 cores", "commit 0123", "a cap", "2.00 (1.50-4.00) of kernel alone", "50,000", "10.0 ms",
      "cold load  nft-maps  1,000  50,000      1.00",
    ] { #expect(text.contains(part), "\(part) in\n\(text)") }
  }

  @Test(arguments: [false, true])
  func plotsAreWellFormed(_ dark: Bool) throws {
    let plots = Charts(results(exponent: 1)).plots.filter { !$0.plot.lines.isEmpty }
    try #require(plots.count == 1)
    let svg = plots[0].plot.svg(dark: dark)
    #expect(svg.contains("nft-maps, netlink, n^1.00"))
    let opened = svg.components(separatedBy: "<").dropFirst().filter { !$0.hasPrefix("/") && !$0.contains("/>") }
    #expect(opened.count == svg.components(separatedBy: "</").count - 1)
    #expect(!svg.contains("nan"))
  }

  @Test func pageGetsFiguresBetweenItsMarks() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "svcnat-page-\(UUID()).md")
    defer { try? FileManager.default.removeItem(at: file) }
    let marks = ("<!-- Figures, written by scripts/bench render -->", "<!-- End of figures -->")
    try Data("before\n\(marks.0)\nstale text\n\(marks.1)\nafter\n".utf8).write(to: file)
    try PageTables(results(exponent: 1)).write(into: file.path)
    let page = try String(contentsOf: file, encoding: .utf8)
    #expect(page.hasPrefix("before\n") && page.hasSuffix("after\n") && !page.contains("stale text"))
    #expect(page.contains("| cold load | nft-maps |"))
    #expect(throws: BenchmarkError.self) {
      try Data("no marks".utf8).write(to: file)
      try PageTables(results(exponent: 1)).write(into: file.path)
    }
  }

  @Test(arguments: [(1, "1"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func countsAreGrouped(_ number: Int, _ text: String) { #expect(FigureText.count(number) == text) }

  @Test func unitsFitTheFigure() {
    #expect(FigureText.seconds(2.5e-7) == "250 ns")
    #expect(FigureText.seconds(0.0123) == "12.3 ms")
    #expect(FigureText.seconds(.nan) == "-")
    #expect(FigureText.bytes(3_145_728) == "3.00 MiB")
  }
}
