import KubernetesObjects
import Reports

/// A graph as one HTML file: nothing is loaded from elsewhere, and a picture is drawn when its Service is opened.
public struct PageText {
  /// Bytes of rules that a page carries; Services behind that have none.
  public static let ruleLimit = 12 << 20
  /// Bytes of pictures that a page carries; Services behind that are not in it.
  public static let pictureLimit = 24 << 20
  /// Lines of rules of a Service, target and family.
  public static let lineLimit = 160

  /// The page, UTF-8.
  public private(set) var text = ""
  /// Services whose rules are left out, for the page would be too large.
  public private(set) var withoutRules = 0
  /// Services that are left out altogether.
  public private(set) var leftOut = 0

  /// - Parameters:
  ///   - targets: the names that `rules` are kept under, in the order they are shown.
  ///   - rules: the rules of a Service in each target; asked only while there is room.
  public init(
    _ graph: ServiceGraph, targets: [String], version: String, ruleLimit: Int = PageText.ruleLimit,
    pictureLimit: Int = PageText.pictureLimit, rules: (NamespacedName) -> [String]
  ) {
    var services = ""
    var pictureBytes = 0
    var ruleBytes = 0
    for service in graph.services {
      let picture = PageText.description(of: service).scriptText
      pictureBytes += picture.utf8.count
      guard pictureBytes <= pictureLimit else {
        leftOut += 1
        continue
      }
      var ruleText = "null"
      if service.exclusion == nil {
        if ruleBytes < ruleLimit {
          ruleText = JSONValue.strings(rules(service.name)).scriptText
          ruleBytes += ruleText.utf8.count
        }
        if ruleBytes >= ruleLimit {
          ruleText = "null"
          withoutRules += 1
        }
      } else {
        ruleText = "[]"
      }
      services += (services.isEmpty ? "\n" : ",\n") + "{\"d\":\(picture),\"r\":\(ruleText)}"
    }
    var notes = graph.assumptions.map { "Assumed: \($0)." }
    if withoutRules > 0 {
      notes.append("Rules of \(GraphWords.count(withoutRules, "Service")) are left out to keep this file small.")
    }
    if leftOut > 0 {
      notes.append("\(GraphWords.count(leftOut, "Service")) left out to keep this file small: choose with --service.")
    }
    let head: JSONValue = [
      "node": .string(graph.nodeName), "zone": graph.zone.map { .string($0) } ?? .null,
      "width": .number(PictureLayout.width),
      "targets": .strings(targets), "styles": .strings(Picture.Style.allCases.map(\.rawValue)),
      "notes": .strings(notes),
    ]
    let data = "{\"head\":\(head.scriptText),\"services\":[\(services)\n]}"
    text = PageText.document(
      title: "Services seen from \(graph.nodeName)", version: version, data: data)
  }

  private static let styles = Dictionary(
    uniqueKeysWithValues: Picture.Style.allCases.enumerated().map { ($1, JSONValue.number($0)) })

  private static func description(of service: GraphService) -> JSONValue {
    let picture = PictureLayout.picture(of: service)
    func style(_ style: Picture.Style) -> JSONValue { styles[style] ?? 0 }
    let shapes = picture.shapes.map { shape -> JSONValue in
      switch shape {
      case .box(let x, let y, let width, let height, let look):
        [0, style(look), .number(x), .number(y), .number(width), .number(height)]
      case .text(let x, let y, let look, let text): [1, style(look), .number(x), .number(y), .string(text)]
      case .textBefore(let x, let y, let look, let text): [2, style(look), .number(x), .number(y), .string(text)]
      case .curve(let fromX, let fromY, let toX, let toY, let look):
        [3, style(look), .number(fromX), .number(fromY), .number(toX), .number(toY)]
      }
    }
    return [
      "n": .string(service.name.name), "ns": .string(service.name.namespace), "k": .string(service.kind.rawValue),
      "s": .string(PictureLayout.summary(of: service)), "h": .number(picture.height), "g": .array(shapes),
      "p": .array(
        service.problems.map { problem in
          [
            .string(problem.severity.rawValue), .string(problem.code), .string(problem.message),
            .string(problem.advice), .string(problem.place ?? ""),
          ]
        }),
    ]
  }

  private static func document(title: String, version: String, data: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="generator" content="svcnat \(Markup.escaped(version))">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>\(Markup.escaped(title))</title>
    <style>
    \(PictureStyle.colours)
    \(PictureStyle.shapes)
    \(PageStyle.text)
    </style>
    </head>
    <body>
    <header>
    <h1>Services <span id="node"></span></h1>
    <p id="count"></p>
    </header>
    <div class="panes">
    <nav aria-label="Services">
    <div class="find">
    <input id="search" type="search" placeholder="Search by name" aria-label="Search by name" role="combobox" \
    aria-expanded="true" aria-controls="list" aria-autocomplete="list" autocomplete="off" spellcheck="false">
    <kbd aria-hidden="true">/</kbd>
    </div>
    <label class="only"><input id="only" type="checkbox"> <span>Only Services with problems</span></label>
    <div id="list" role="listbox" aria-label="Services"></div>
    <p id="none" hidden>No Service has such a name.</p>
    <p class="keys"><kbd>/</kbd> search <kbd>↑</kbd> <kbd>↓</kbd> move <kbd>Enter</kbd> open <kbd>Esc</kbd> close</p>
    </nav>
    <main id="detail" aria-live="polite"></main>
    </div>
    <noscript><p>This page draws with JavaScript, which is switched off here.</p></noscript>
    <script type="application/json" id="data">\(data)</script>
    <script>
    \(PageScript.text)
    </script>
    </body>
    </html>

    """
  }
}
