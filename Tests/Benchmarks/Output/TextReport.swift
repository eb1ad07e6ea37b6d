import Foundation

/// All figures as one table, for a terminal.
struct TextReport {
  private let results: Results

  init(_ results: Results) { self.results = results }

  var text: String {
    var lines = results.machine.lines + results.caps
    lines.append("\(FigureText.count(Int(results.duration))) s in all")
    lines.append("")
    lines += TextReport.aligned(
      [["stage", "target", "Services", "endpoints", "median", "least", "most", "runs", "a second", "memory", "ratio"]]
        + rows,
      leftColumns: 2)
    let growth = GrowthTable(results)
    lines += ["", "Growth, endpoints 5 each: cost ~ Services ^ exponent", ""]
    lines += TextReport.aligned([["stage", "target", "from", "to", "exponent"]] + growth.rows, leftColumns: 2)
    return lines.joined(separator: "\n")
  }

  private var rows: [[String]] {
    results.measurements.enumerated().sorted { a, b in
      let places = (
        Stage.allCases.firstIndex(of: a.element.stage) ?? 0, Stage.allCases.firstIndex(of: b.element.stage) ?? 0
      )
      return (places.0, a.offset) < (places.1, b.offset)
    }.map { row($0.element) }
  }

  private func row(_ measurement: Measurement) -> [String] {
    let spread = measurement.spread
    return [
      measurement.stage.rawValue, measurement.target ?? "", FigureText.count(measurement.services),
      FigureText.count(measurement.endpoints), FigureText.seconds(spread.median), FigureText.seconds(spread.least),
      FigureText.seconds(spread.most), measurement.source == nil ? "\(spread.count)" : measurement.source ?? "",
      measurement.bytes.map { FigureText.bytes(Double($0) / spread.median) } ?? "",
      measurement.peakMemory.map { FigureText.bytes(Double($0)) } ?? "",
      measurement.ratios.map { ratio in
        let spread = Spread(ratio.samples)
        let range = "\(FigureText.digits(spread.least))-\(FigureText.digits(spread.most))"
        return "\(FigureText.digits(spread.median)) (\(range)) of \(ratio.to)"
      }.joined(separator: "; "),
    ]
  }

  /// Columns as wide as they need; the first ones and the last one begin at the left.
  static func aligned(_ rows: [[String]], leftColumns: Int) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let isLeft = column < leftColumns || column == columns - 1 && columns > 5
        line += (column == 0 ? "" : "  ") + (isLeft ? cell + padding : padding + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
