import Foundation

/// Lines of cost against size, both on logarithmic axes, as SVG.
struct LogPlot {
  var title: String
  var horizontal: String
  var lines: [Line]
  /// How a cost is written at the axis.
  var label: (Double) -> String
  /// Whether the growth exponent stands beside the name.
  var showsExponents = true

  struct Line {
    var name: String
    var points: [(size: Double, cost: Double)]
    /// Figures that come from elsewhere are dotted.
    var isQuoted = false
    /// For the exponent.
    var least = 0.0
  }

  private struct Theme {
    var background, text, quiet, grid: String
    var colours: [String]
  }

  private static let light = Theme(
    background: "#ffffff", text: "#1d1d1f", quiet: "#5f5f66", grid: "#e3e3e8",
    colours: [
      "#2a78d6", "#eb6834", "#1baf7a", "#eda100", "#d0508a", "#008300", "#4a3aa7", "#e34948", "#5b7083", "#8a5a2b",
    ])
  private static let dark = Theme(
    background: "#1c1c1f", text: "#f2f2f5", quiet: "#a8a8b0", grid: "#38383e",
    colours: [
      "#3987e5", "#d95926", "#199e70", "#c98500", "#d55181", "#3fa53f", "#9085e9", "#e66767", "#8fa5b8", "#b98a5c",
    ])

  private static let (width, height) = (880.0, 430.0)
  private static let (left, right, top, bottom) = (84.0, 270.0, 48.0, 52.0)

  func svg(dark: Bool) -> String {
    let theme = dark ? LogPlot.dark : LogPlot.light
    let points = lines.flatMap(\.points).filter { $0.size > 0 && $0.cost > 0 }
    guard let least = points.map(\.cost).min(), let most = points.map(\.cost).max(),
      let smallest = points.map(\.size).min(), let largest = points.map(\.size).max()
    else { return "" }
    let decades = (Int(floor(log10(least))), max(Int(ceil(log10(most))), Int(floor(log10(least))) + 1))
    let range = (log10(smallest) - 0.05, log10(max(largest, smallest * 2)) + 0.05)
    let (plotWidth, plotHeight) = (
      LogPlot.width - LogPlot.left - LogPlot.right, LogPlot.height - LogPlot.top - LogPlot.bottom
    )
    func x(_ size: Double) -> Double { LogPlot.left + (log10(size) - range.0) / (range.1 - range.0) * plotWidth }
    func y(_ cost: Double) -> Double {
      LogPlot.top + (Double(decades.1) - log10(cost)) / Double(decades.1 - decades.0) * plotHeight
    }
    var out = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(LogPlot.width)) \(Int(LogPlot.height))" \
      font-family="-apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="13">
      <title>\(escaped(title))</title>
      <rect width="100%" height="100%" fill="\(theme.background)"/>
      <text x="\(LogPlot.left)" y="26" font-size="16" font-weight="600" fill="\(theme.text)">\(escaped(title))</text>

      """
    for decade in decades.0...decades.1 {
      let cost = pow(10, Double(decade))
      out += line(LogPlot.left, y(cost), LogPlot.left + plotWidth, y(cost), theme.grid)
      out += text(LogPlot.left - 8, y(cost) + 4, label(cost), theme.quiet, anchor: "end")
    }
    for decade in Int(ceil(range.0))...max(Int(ceil(range.0)), Int(floor(range.1))) {
      let size = pow(10, Double(decade))
      out += line(x(size), LogPlot.top, x(size), LogPlot.top + plotHeight, theme.grid)
      out += text(x(size), LogPlot.top + plotHeight + 20, FigureText.count(Int(size)), theme.quiet, anchor: "middle")
    }
    out += text(LogPlot.left + plotWidth / 2, LogPlot.height - 10, horizontal, theme.quiet, anchor: "middle")
    for (index, each) in lines.enumerated() {
      let colour = theme.colours[index % theme.colours.count]
      let path = each.points.map { "\(number(x($0.size))),\(number(y($0.cost)))" }.joined(separator: " ")
      let dash = each.isQuoted ? " stroke-dasharray=\"2 4\"" : ""
      out += "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"\(dash)/>\n"
      for point in each.points { out += marker(index, x(point.size), y(point.cost), colour, theme.background) }
    }
    // In the order of their ends, so that an entry is near its line.
    let order = lines.indices.sorted { (lines[$0].points.last?.cost ?? 0) > (lines[$1].points.last?.cost ?? 0) }
    for (place, index) in order.enumerated() {
      let height = LogPlot.top + 12 + Double(place) * 22
      let colour = theme.colours[index % theme.colours.count]
      let start = LogPlot.left + plotWidth + 22
      out += marker(index, start, height - 4, colour, theme.background)
      out += text(start + 14, height, lines[index].name + exponent(lines[index]), theme.text)
    }
    return out + "</svg>\n"
  }

  private func exponent(_ line: Line) -> String {
    guard showsExponents, let fit = GrowthFit(line.points.filter { $0.size >= line.least }) else { return "" }
    return String(format: ", n^%.2f", fit.exponent)
  }

  /// Shapes tell lines apart where colours do not.
  private func marker(_ index: Int, _ x: Double, _ y: Double, _ colour: String, _ edge: String) -> String {
    let style = "fill=\"\(colour)\" stroke=\"\(edge)\" stroke-width=\"1\""
    switch index % 4 {
    case 0: return "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"4.5\" \(style)/>\n"
    case 1: return "<rect x=\"\(number(x - 4))\" y=\"\(number(y - 4))\" width=\"8\" height=\"8\" \(style)/>\n"
    case 2:
      return
        "<path d=\"M\(number(x)) \(number(y - 5.5))L\(number(x + 5)) \(number(y + 4))H\(number(x - 5))Z\" \(style)/>\n"
    default:
      return "<path d=\"M\(number(x)) \(number(y - 5.5))l5.5 5.5l-5.5 5.5l-5.5 -5.5Z\" \(style)/>\n"
    }
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
    "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\" stroke=\"\(colour)\"/>\n"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, _ colour: String, anchor: String = "start") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" fill=\"\(colour)\" text-anchor=\"\(anchor)\">\(escaped(text))</text>\n"
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}
