import KubernetesObjects
import Testing

/// Configuration and case files as trees with places.
@Suite struct DocumentTreeTests {
  enum Mode: String, CaseIterable {
    case iptables, nftables
  }

  @Test func findsValuesAndPlaces() throws {
    let text = "mode: nftables\niptables:\n  masqueradeBit: 14\n  all: false\nlist:\n- a\n- 1\nnone: null\n"
    let (documents, diagnostics) = DocumentTree.read(text, named: "config.yaml", fileNumber: 3)
    #expect(diagnostics.isEmpty)
    let root = try #require(documents.first).root
    #expect(root.kind == .mapping && root.path == nil)
    #expect(root["mode"]?.string == "nftables")
    #expect(root["iptables"]?["masqueradeBit"]?.integer == 14)
    #expect(root["iptables"]?["masqueradeBit"]?.path == "iptables.masqueradeBit")
    #expect(root["iptables"]?["masqueradeBit"]?.position == SourcePosition(file: 3, line: 3, column: 18))
    #expect(root["iptables"]?["all"]?.boolean == false)
    #expect(root["list"]?.elements.map(\.scalarText) == ["a", "1"])
    #expect(root["list"]?.elements.map(\.path) == ["list[0]", "list[1]"])
    #expect(root["none"] == nil && root["other"] == nil)
    #expect(root.entries.map(\.key) == ["mode", "iptables", "list", "none"])
    #expect(root.entries.map(\.keyNode.position.line) == [1, 2, 5, 8])
  }

  @Test func decodesWithDiagnostics() throws {
    let text = """
      {"mode": "nftable", "bit": 32, "on": "x", "names": ["a", 2], "map": [], "more": 1, "bit": 3, "any": {"b": 1}}
      """
    let root = try #require(DocumentTree.read(text, named: "c.json").documents.first).root
    var diagnostics: [Diagnostic] = []
    let fields = root.fields(&diagnostics)
    #expect(fields["mode"]?.word(Mode.self, &diagnostics) == nil)
    #expect(fields["bit"]?.integer(in: 0...31, &diagnostics) == nil)
    #expect(fields["on"]?.boolean(&diagnostics) == nil)
    #expect(fields["names"]?.strings(&diagnostics) == ["a"])
    #expect(fields["map"]?.fields(&diagnostics).entries.count == 0)
    #expect(fields["more"]?.elements(&diagnostics).count == 0)
    #expect(fields["any"]?["b"]?.string(&diagnostics) == nil)
    for key in fields.unknown(besides: ["mode", "bit", "on", "names", "map", "more"]) {
      diagnostics.append(key.diagnostic(.warning, "is not known"))
    }
    #expect(
      diagnostics.map { $0.text(files: ["c.json"]) } == [
        "c.json:1:84: error: bit: is given twice, first in line 1",
        "c.json:1:10: error: mode: \"nftable\" is none of iptables, nftables; did you mean nftables?",
        "c.json:1:28: error: bit: 32 is outside 0...31",
        "c.json:1:38: error: on: expected true or false, found the string \"x\"",
        "c.json:1:58: error: names[1]: expected a string, found the number 2; quote it: \"2\"",
        "c.json:1:69: error: map: expected a mapping, found a list",
        "c.json:1:81: error: more: expected a list, found the number 1",
        "c.json:1:107: error: any.b: expected a string, found the number 1; quote it: \"1\"",
        "c.json:1:94: warning: any: is not known",
      ])
  }

  @Test func severalDocumentsAndErrors() {
    let (documents, diagnostics) = DocumentTree.read("a: 1\n---\n---\nb: [\n---\nc: 3\n", named: "x.yaml")
    #expect(documents.map { $0.root.entries.map(\.key) } == [["a"], ["c"]])
    #expect(diagnostics.map { $0.position?.line } == [5])
  }

  @Test(arguments: InputFormat.allCases)
  func objectsInsideATree(format: InputFormat) throws {
    let yaml = """
      name: case
      objects:
      - apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {ports: [{port: 80}]}
      - apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Node, metadata: {name: n1}}
        - {apiVersion: v1, kind: NodeList, items: [{metadata: {name: n2}, spec: {podCIDR: x}}]}
      """
    let json = ObjectDecodingTests.json(try YAMLMeaningTests.root(yaml))
    let text = format == .yaml ? yaml : json
    let root = try #require(DocumentTree.read(text, named: "case", format: format).documents.first).root
    var reader = ObjectReader()
    for object in root["objects"]?.elements ?? [] { reader.read(object) }
    let set = reader.finish()
    #expect(set.files == ["case"])
    #expect(set.services.map(\.name.description) == ["default/web"])
    #expect(set.nodes.map(\.name) == ["n1"])
    #expect(
      set.diagnostics.map { $0.text(files: []) } == [
        "error: n2: spec.podCIDR: \"x\" is not an address range such as 10.0.0.0/8"
      ])
    #expect(set.services.first?.position.line == (format == .yaml ? 5 : 1))
  }

  @Test func formatIsFound() {
    #expect(InputFormat(fileName: "a/B.JSON") == .json)
    #expect(InputFormat(fileName: "a.yml") == .yaml && InputFormat(fileName: "a.yaml") == .yaml)
    #expect(InputFormat(fileName: "json") == nil)
    for (text, format) in [
      ("{\n \"a\": 1}", InputFormat.json), ("  [1]", .json), ("{}", .json), ("{a: 1}", .yaml), ("# x\n{}", .yaml),
      ("", .yaml),
    ] {
      #expect(Array(text.utf8).withUnsafeBytes { InputFormat(content: $0) } == format)
    }
  }
}
