import Foundation

/// The figures of a run for a page of the documentation: fewer sizes than were measured, side by side.
struct PageTables {
  private let results: Results

  private static let start = "<!-- Figures, written by scripts/bench render -->"
  private static let end = "<!-- End of figures -->"

  init(_ results: Results) { self.results = results }

  func write(into path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    guard let start = text.range(of: PageTables.start), let end = text.range(of: PageTables.end),
      start.upperBound <= end.lowerBound
    else { throw BenchmarkError.notFound("the marks \(PageTables.start) and \(PageTables.end) in \(path)") }
    let page = text[..<start.upperBound] + "\n\n" + markdown + "\n\n" + text[end.lowerBound...]
    try Data(page.utf8).write(to: URL(filePath: path))
  }

  var markdown: String {
    var lines = results.machine.lines.map { "- \($0)" }
    lines += results.caps.map { "- \($0)" }
    lines += ["", "### Stages in the process", "", "![](benchmark-compiler)", ""]
    lines += table(
      [(.decodeJSON, nil), (.decodeYAML, nil), (.plan, nil)]
        + [Stage.lower, .emit].flatMap { stage in ["nft-maps", "nft-chains", "iptables"].map { (stage, $0) } }
        + [(.encode, "nft-maps"), (.encode, "nft-chains")], showsThroughput: true)
    lines.append("")
    lines += textTable
    lines += ["", "### Rules into the kernel", "", "![](benchmark-loads)", ""]
    lines += table([
      (.coldLoad, "nft-maps"), (.kernelAlone, "nft-maps"), (.nft, "nft-maps"), (.dump, "nft-maps"),
      (.compare, "nft-maps"), (.coldLoad, "nft-chains"), (.kernelAlone, "nft-chains"), (.nft, "nft-chains"),
      (.restoreLegacy, "iptables"), (.restoreNFT, "iptables"),
    ])
    lines.append("")
    lines += largeLoads
    lines += ["", "### Changes", "", "![](benchmark-updates)", ""]
    lines += table(
      [Stage.endpointReplaced, .countChanged, .serviceAdded, .serviceRemoved, .onePercent, .everything].map {
        ($0, "nft-maps")
      } + [(.endpointReplaced, "nft-chains")])
    lines += ["", "### Starts, and memory", "", "![](benchmark-memory)", ""]
    lines += table([(.start, "nft-maps"), (.restart, "nft-maps")])
    lines.append("")
    lines += memoryTable
    lines += ["", "### Beside kube-proxy", ""]
    lines += comparison
    lines += ["", "### A new connection", "", "![](benchmark-packets-services)", ""]
    lines += packetTable(.services)
    lines += ["", "![](benchmark-packets-endpoints)", ""]
    lines += packetTable(.endpoints)
    return lines.joined(separator: "\n")
  }

  private static let sizes = [100, 1000, 10_000, 50_000]

  private func table(_ rows: [(Stage, String?)], showsThroughput: Bool = false) -> [String] {
    var head =
      ["", "target"] + PageTables.sizes.map { "\(FigureText.count($0)) × \(GrowthTable.endpoints)" } + ["exponent"]
    if showsThroughput { head.append("a second") }
    var lines = [row(head), "|---|---|" + String(repeating: "---:|", count: head.count - 2)]
    for (stage, target) in rows {
      let series = results.series(stage, target, endpoints: GrowthTable.endpoints)
      guard !series.isEmpty else { continue }
      var cells = [stage.rawValue, target ?? ""]
      cells += PageTables.sizes.map { size in
        series.first { $0.services == size }.map { FigureText.seconds($0.spread.median) } ?? ""
      }
      cells.append(
        GrowthFit(GrowthTable.points(results, stage, target)).map { String(format: "%.2f", $0.exponent) } ?? "")
      if showsThroughput {
        let one = series.last { $0.bytes != nil }
        cells.append(one.flatMap { each in each.bytes.map { FigureText.bytes(Double($0) / each.spread.median) } } ?? "")
      }
      lines.append(row(cells))
    }
    return lines
  }

  /// How long making text takes beside giving it to the kernel.
  private var textTable: [String] {
    var lines = [
      row(["emit / its storing into a file in memory"] + PageTables.sizes.map { "\(FigureText.count($0)) × 5" }),
      "|---|" + String(repeating: "---:|", count: PageTables.sizes.count),
    ]
    for target in ["nft-maps", "nft-chains", "iptables"] {
      let series = results.series(.emit, target, endpoints: 5)
      lines.append(
        row(
          [target]
            + PageTables.sizes.map { size in
              guard let ratio = series.first(where: { $0.services == size })?.ratios.first else { return "" }
              let spread = Spread(ratio.samples)
              let digits = [spread.median, spread.least, spread.most].map(FigureText.digits)
              return "\(digits[0]) (\(digits[1]) to \(digits[2]))"
            }))
    }
    return lines
  }

  /// Two large clusters, with what they take of other ways, round by round.
  private var largeLoads: [String] {
    let sizes = [ClusterSize(10_000, 10), ClusterSize(5000, 50)]
    func measurement(_ stage: Stage, _ size: ClusterSize) -> Measurement? {
      results.series(stage, "nft-maps", endpoints: size.endpoints, services: size.services).first
    }
    var lines = [
      row(["nft-maps"] + sizes.map { "\(FigureText.count($0.services)) × \(FigureText.count($0.endpoints))" }),
      "|---|" + String(repeating: "---:|", count: sizes.count),
    ]
    for stage in [Stage.coldLoad, .kernelAlone, .nft, .dump, .compare] {
      lines.append(
        row([stage.rawValue] + sizes.map { measurement(stage, $0).map { FigureText.seconds($0.spread.median) } ?? "" }))
    }
    for (stage, isInverse, name) in [
      (Stage.kernelAlone, true, "cold load / kernel alone (least to most)"), (.nft, false, "nft -f / cold load"),
    ] {
      lines.append(
        row(
          [name]
            + sizes.map { size in
              guard let ratio = measurement(stage, size)?.ratios.first else { return "" }
              let spread = Spread(isInverse ? ratio.samples.map { 1 / $0 } : ratio.samples)
              let digits = [spread.median, spread.least, spread.most].map(FigureText.digits)
              return "\(digits[0]) (\(digits[1]) to \(digits[2]))"
            }))
    }
    lines.append(row(["most memory of a cold load"] + sizes.map { memory(measurement(.coldLoad, $0)) }))
    return lines
  }

  private var memoryTable: [String] {
    var lines = [
      row(["most memory"] + PageTables.sizes.map { "\(FigureText.count($0)) × 5" }),
      "|---|" + String(repeating: "---:|", count: PageTables.sizes.count),
    ]
    let stages: [(Stage, String?, String)] = [
      (.decodeJSON, nil, "decode JSON"), (.decodeYAML, nil, "decode YAML"), (.plan, nil, "plan"),
      (.emit, "nft-maps", "emit nft-maps"), (.emit, "iptables", "emit iptables"), (.start, "nft-maps", "start"),
      (.restart, "nft-maps", "restart"), (.endpointReplaced, "nft-maps", "kept by a running node"),
    ]
    for (stage, target, name) in stages {
      let series = results.series(stage, target, endpoints: 5)
      var cells = [name]
      for size in PageTables.sizes { cells.append(memory(series.first { $0.services == size })) }
      lines.append(row(cells))
    }
    return lines
  }

  private func memory(_ measurement: Measurement?) -> String {
    (measurement?.peakMemory).map { FigureText.bytes(Double($0)) } ?? ""
  }

  private var comparison: [String] {
    var lines = [
      row(["", "Services", "svcnat, nft-maps", "kube-proxy nftables", "kube-proxy iptables-legacy"]),
      "|---|---|---:|---:|---:|",
    ]
    for stage in [Stage.start, .endpointReplaced] {
      for size in [ClusterSize(1000, 10), ClusterSize(5000, 10), ClusterSize(10_000, 10), ClusterSize(1, 5000)] {
        let own = results.series(stage, "nft-maps", endpoints: size.endpoints, services: size.services).first
        let theirs = ["kube-proxy nftables", "kube-proxy iptables-legacy"].map { target in
          results.measurements.first {
            $0.stage == stage && $0.target == target && $0.services == size.services && $0.endpoints == size.endpoints
          }
        }
        guard let own else { continue }
        lines.append(
          row(
            [
              stage.rawValue, "\(FigureText.count(size.services)) × \(FigureText.count(size.endpoints))",
              FigureText.seconds(own.spread.median),
            ]
              + theirs.map { $0.map { FigureText.seconds($0.spread.median) } ?? "" }))
      }
    }
    return lines
  }

  private enum Axis { case services, endpoints }

  private func packetTable(_ axis: Axis) -> [String] {
    let all = ["nft-maps", "nft-chains", "iptables"].map { (target: String) in
      (
        target,
        results.series(
          .newConnection, target, endpoints: axis == .services ? 5 : nil, services: axis == .services ? nil : 1)
      )
    }
    func size(_ measurement: Measurement) -> Int { axis == .services ? measurement.services : measurement.endpoints }
    let sizes = Set(all.flatMap { $0.1.map(size) }).sorted()
    var lines = [
      row(
        ["median (least to most)"]
          + sizes.map { FigureText.count($0) + (axis == .services ? " Services" : " endpoints") }),
      "|---|" + String(repeating: "---:|", count: sizes.count),
    ]
    for (target, series) in all {
      lines.append(
        row(
          [target]
            + sizes.map { wanted in
              guard let spread = series.first(where: { size($0) == wanted })?.spread else { return "" }
              return
                "\(FigureText.seconds(spread.median)) (\(FigureText.seconds(spread.least)) to \(FigureText.seconds(spread.most)))"
            }))
    }
    for target in ["nft-chains", "iptables"] {
      let series = all.first { $0.0 == target }?.1 ?? []
      lines.append(
        row(
          ["\(target) / nft-maps"]
            + sizes.map { wanted in
              guard let ratio = series.first(where: { size($0) == wanted })?.ratios.first else { return "" }
              return FigureText.digits(Spread(ratio.samples).median)
            }))
    }
    return lines
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
