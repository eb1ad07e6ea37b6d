import KubernetesObjects
import Testing

/// YAML means what it means to kubectl.
@Suite struct YAMLMeaningTests {
  static func root(_ text: String) throws -> DocumentNode {
    let (documents, diagnostics) = DocumentTree.read(text, named: "in.yaml")
    #expect(diagnostics.isEmpty)
    return try #require(documents.first).root
  }

  @Test(
    arguments: [
      ("80", .number), ("-1", .number), ("+1", .number), ("0x1F", .number), ("0o17", .number), ("017", .number),
      ("08", .number), ("0b11", .number), ("1_000", .number), ("1e3", .number), ("12e03", .number), (".5", .number),
      ("0.", .number), ("685230.15", .number), (".inf", .number), ("-.INF", .number), (".NaN", .number),
      ("true", .boolean), ("False", .boolean), ("yes", .boolean), ("NO", .boolean), ("on", .boolean), ("Off", .boolean),
      ("y", .boolean), ("n", .boolean), ("~", .null), ("null", .null), ("NULL", .null), ("", .null),
      ("tRUE", .string), ("nUll", .string), ("10.96.0.1", .string), ("fd00::1", .string), ("1:30", .string),
      ("2001-01-01", .string), ("0x", .string), ("_1", .string), ("1.2.3", .string), ("0b12", .string), ("e3", .string),
      (".", .string), ("=", .string), ("'80'", .string), ("\"true\"", .string), ("''", .string), ("!!str 80", .string),
      ("!!int \"80\"", .number), ("|\n  80", .string), ("1e", .string), ("on-call", .string),
    ] as [(String, DocumentNode.Kind)])
  func plainScalars(text: String, kind: DocumentNode.Kind) throws {
    #expect(try Self.root("a: \(text)\nb: 1").entries.first?.value.kind == kind)
  }

  @Test(
    arguments: [
      ("80", 80), ("-1", -1), ("+1", 1), ("0x1F", 31), ("0o17", 15), ("017", 15), ("08", 8), ("0b11", 3),
      ("1_000", 1000),
      ("1e3", 1000), ("80.0", 80), ("80.5", nil), ("99999999999999999999", nil), ("1e30", nil), (".inf", nil),
      (".nan", nil),
      ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ] as [(String, Int?)])
  func wholeNumbers(text: String, value: Int?) throws {
    #expect(try Self.root("a: \(text)")["a"]?.integer == value)
  }

  @Test func mergeKeys() throws {
    let root = try Self.root(
      """
      base: &base {a: 1, b: 2}
      more: &more {<<: *base, b: 3, c: 4}
      one: {<<: *more, c: 5}
      two:
        d: 6
        <<: [{a: 7, e: 8}, *base]
        a: 9
      quoted: {"<<": 1}
      inner: {<<: {x: {<<: *base, z: 1}}, y: 2}
      """)
    func pairs(_ key: String) -> [String] {
      (root[key]?.entries ?? []).map { "\($0.key)=\($0.value.scalarText ?? "")" }.sorted()
    }
    #expect(pairs("one") == ["a=1", "b=3", "c=5"])
    #expect(pairs("two") == ["a=9", "b=2", "d=6", "e=8"])
    #expect(pairs("quoted") == ["<<=1"])
    #expect(root["inner"]?["x"]?["b"]?.integer == 2)
    #expect(root["inner"]?["y"]?.integer == 2)
  }

  @Test func anchorsReachFromItemToItem() {
    let set = read(
      """
      apiVersion: v1
      items:
      - apiVersion: v1
        kind: Service
        metadata: {name: a, namespace: &ns "shop"}
        spec: &spec {clusterIP: None, selector: {app: a}}
      - apiVersion: v1
        kind: Service
        metadata: {name: b, namespace: *ns}
        spec: *spec
      - apiVersion: v1
        kind: Service
        metadata: {name: c}
        spec:
          <<: *spec
          selector: {app: c}
      kind: List
      """)
    #expect(set.said == [])
    #expect(set.services.map(\.name.description) == ["shop/a", "shop/b", "default/c"])
    #expect(set.services.map(\.selector) == [["app": "a"], ["app": "a"], ["app": "c"]])
  }

  @Test func errorsPointIntoTheAnchoredValue() {
    let set = read(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: a, labels: &l {port: 80}}
      spec: {clusterIP: None, selector: *l}
      """)
    #expect(
      set.said == [
        "in.yaml:3:39: error: default/a: metadata.labels.port: expected a string, found the number 80; quote it: \"80\"",
        "in.yaml:3:39: error: default/a: spec.selector.port: expected a string, found the number 80; quote it: \"80\"",
      ])
  }

  @Test func goesOnBehindABrokenDocument() {
    let set = read(
      """
      a: "b
      ---
      apiVersion: v1
      kind: Node
      metadata: {name: one}
      ---
      }
      --- # and this is fine
      apiVersion: v1
      kind: Node
      metadata: {name: two, labels: 7}
      """)
    #expect(set.nodes.map(\.name) == ["one"])
    #expect(
      set.said == [
        "in.yaml:2:1: error: found unexpected document indicator while scanning a quoted scalar that begins in line 1",
        "in.yaml:7:1: error: did not find expected node content while parsing a block node",
        "in.yaml:11:31: error: two: metadata.labels: expected a mapping, found the number 7",
      ])
  }
}
