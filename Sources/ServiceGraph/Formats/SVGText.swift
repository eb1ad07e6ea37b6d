/// The pictures of a graph as one SVG document, one below the other.
public enum SVGText {
  private static let margin = 24

  public static func text(of graph: ServiceGraph) -> String {
    var body = ""
    var y = margin
    for service in graph.services {
      let picture = PictureLayout.picture(of: service)
      body += "<g transform=\"translate(\(margin) \(y))\"><title>\(Markup.escaped(picture.label))</title>\n"
      for shape in picture.shapes { body += element(shape) + "\n" }
      var height = picture.height
      for problem in service.problems {
        height += 18
        body += "<text x=\"0\" y=\"\(height)\" class=\"\(problem.severity.rawValue)\">"
        body += Markup.escaped(
          GraphWords.cut("\(problem.code) \(problem.severity.rawValue): \(problem.message)", to: 160))
        body += "</text>\n"
      }
      body += "</g>\n"
      y += height + 36
    }
    let width = PictureLayout.width + 2 * margin
    let height = max(y, 2 * margin)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="picture" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" role="img" aria-label="Services seen from node \(Markup.escaped(graph.nodeName))">
      <style>
      \(PictureStyle.colours)
      \(PictureStyle.shapes)
      .picture .error { fill: var(--bad-text); }
      .picture .warning { fill: var(--warn-text); }
      </style>
      <rect width="100%" height="100%" style="fill: var(--page); rx: 0"/>
      \(body)</svg>

      """
  }

  private static func element(_ shape: Picture.Shape) -> String {
    switch shape {
    case .box(let x, let y, let width, let height, let style):
      "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" class=\"\(style.rawValue)\"/>"
    case .text(let x, let y, let style, let text):
      "<text x=\"\(x)\" y=\"\(y)\" class=\"\(style.rawValue)\">\(Markup.escaped(text))</text>"
    case .textBefore(let x, let y, let style, let text):
      "<text x=\"\(x)\" y=\"\(y)\" class=\"\(style.rawValue)\" text-anchor=\"end\">\(Markup.escaped(text))</text>"
    case .curve(let fromX, let fromY, let toX, let toY, let style):
      "<path d=\"M\(fromX) \(fromY)C\((fromX + toX) / 2) \(fromY) \((fromX + toX) / 2) \(toY) \(toX) \(toY)\""
        + " class=\"\(style.rawValue)\"/>"
    }
  }
}
