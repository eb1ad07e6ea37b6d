import Foundation
import KubernetesObjects
import NetworkAddresses
import Reports
import ServiceChecks
import TestSupport
import Testing

@testable import ServiceGraph

/// Names and messages are no markup, in whatever format. Readers refuse such names, so graphs are made by hand.
@Suite struct HostileNameTests {
  static let texts = [
    "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!--<script>", "]]></title></svg><script>",
    "\"]; end; click a \"javascript:alert(1)\"", "a\" onload=\"x", "'; alert(1); '", "\\\" -> evil [label=\"x",
    "\\N\\G&lt;b&gt;", "#quot;]:::x", "line\nbreak\r\t", "right\u{202e}left", "\u{2028}\u{0}\u{1b}[31m",
    "%%{init: {}}%%",
    "`**bold**`", "&amp;&#60;", "\u{fffe}",
  ]

  static func graph(_ text: String) -> ServiceGraph {
    let endpoint = GraphEndpoint(
      address: IPAddress(ipv4: 0x0a00_0001), port: 80, condition: .ready, isLocal: false, nodeName: text, zone: text,
      pod: NamespacedName(namespace: text, name: text), routes: [0])
    let route = GraphRoute(
      traffic: .all, policy: .cluster, affinitySeconds: nil, notes: [text],
      frontends: [GraphFrontend(kind: .loadBalancer, address: text, sources: [text])], end: .endpoints(1))
    let port = GraphPort(
      family: .ipv4, name: text, transport: .tcp, port: 80, routes: [route], endpoints: [endpoint])
    let problem = GraphProblem(severity: .error, code: "SVC101", message: text, advice: text, place: text)
    let name = NamespacedName(namespace: text, name: text)
    return ServiceGraph(
      nodeName: text, zone: text,
      services: [
        GraphService(name: name, kind: .clusterIP, exclusion: nil, ports: [port], problems: [problem]),
        GraphService(name: name, kind: .externalName, exclusion: text, ports: [], problems: []),
      ], assumptions: [text])
  }

  static func page(_ text: String) -> String {
    PageText(graph(text), targets: ["iptables"], version: text) { _ in [text] }.text
  }

  private func tags(_ text: String) -> [Substring] { text.matches(of: /<[!\/a-zA-Z][^>]*>?/).map(\.output) }

  @Test(arguments: texts)
  func pagesHaveTheSameTags(_ text: String) {
    let page = Self.page(text)
    let plain = Self.page("plain")
    // Beside the script and the style sheet, which are the same, a page has the elements it has for plain names.
    #expect(tags(page).count == tags(plain).count)
    #expect(page.components(separatedBy: "</script>").count == 3)
    #expect(page.components(separatedBy: "<script").count == 3)
  }

  @Test(arguments: texts)
  func dataOfPagesIsWhatWasSaid(_ text: String) throws {
    let page = Self.page(text)
    let start = try #require(page.range(of: "id=\"data\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let json = String(page[start.upperBound..<end.lowerBound])
    #expect(!json.contains("<") && !json.contains("&"))
    let value = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let services = try #require(value?["services"] as? [[String: Any]])
    let first = try #require(services.first)
    #expect((first["d"] as? [String: Any])?["n"] as? String == text)
    #expect(first["r"] as? [String] == [text])
    #expect((value?["head"] as? [String: Any])?["node"] as? String == text)
  }

  @Test(arguments: texts)
  func svgIsXMLWithTheSameElements(_ text: String) {
    let svg = SVGText.text(of: Self.graph(text))
    #expect(tags(svg).count == tags(SVGText.text(of: Self.graph("plain"))).count)
    #expect(XMLShape(svg).problem == nil)
  }

  @Test(arguments: texts)
  func mermaidHasTheSameLines(_ text: String) {
    func shape(_ text: String) -> [String] {
      MermaidText.text(of: Self.graph(text)).split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line).replacing(/"[^"]*"/, with: "\"\"")
      }
    }
    #expect(shape(text) == shape("plain"))
    #expect(!MermaidText.text(of: Self.graph(text)).contains("<s"))
  }

  @Test(arguments: texts)
  func dotHasTheSameStatements(_ text: String) throws {
    func shape(_ text: String) -> [String] {
      DOTText.text(of: Self.graph(text)).split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line).replacing(/"(?:[^"\\]|\\.)*"/, with: "\"\"")
      }
    }
    #expect(shape(text) == shape("plain"))
  }

  /// In the real tool, where it is installed: the structure above is what has to hold without.
  @Test(.enabled(if: Graphviz.path != nil, "Graphviz is not installed"), arguments: texts)
  func graphvizReadsIt(_ text: String) throws {
    let result = try Graphviz.run(DOTText.text(of: Self.graph(text)))
    #expect(result.status == 0)
    #expect(result.output.components(separatedBy: "class=\"node\"").count - 1 == 7)
  }
}

/// Whether elements are closed in their order, attributes quoted, and nothing is left of `&` and `<`.
struct XMLShape {
  var problem: String?

  init(_ text: String) {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      if rest[..<start].replacing(/&(amp|lt|gt|quot|#39);/, with: "").contains("&") {
        problem = "a bare ampersand"
        return
      }
      if let match = rest[start...].prefixMatch(of: /<\/([a-z]+)>/) {
        if open.popLast() != match.1 { problem = "\(match.0) closes another element" }
        rest = rest[match.range.upperBound...]
      } else if let match = rest[start...].prefixMatch(of: /<([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/) {
        if match.3.isEmpty { open.append(match.1) }
        rest = rest[match.range.upperBound...]
      } else {
        problem = "no element: \(rest[start...].prefix(40))"
        return
      }
    }
    if problem == nil, !open.isEmpty { problem = "\(open) are open" }
  }
}

/// The command `dot`.
enum Graphviz {
  static let path = ["/usr/bin/dot", "/usr/local/bin/dot"].first { FileManager.default.isExecutableFile(atPath: $0) }

  static func run(_ text: String) throws -> (status: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "graph-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appending(path: "in.dot")
    let output = folder.appending(path: "out.svg")
    try Data(text.utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(filePath: try #require(path))
    process.arguments = ["-Tsvg", "-o", output.path, input.path]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
  }
}
