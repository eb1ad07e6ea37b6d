import KubernetesObjects
import Testing

/// Lists and several documents, in both formats.
@Suite struct ListReadingTests {
  static let service = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
    """

  @Test func readsDocumentsAndPassesOverOtherKinds() {
    let set = read(
      """
      # nothing here
      ---
      \(Self.service)
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      ---
      ---
      apiVersion: v1
      kind: Node
      metadata: {name: worker-1, labels: {topology.kubernetes.io/zone: a}}
      """)
    #expect(set.said == [])
    #expect(set.services.map(\.name.description) == ["shop/web"])
    #expect(set.nodes.map(\.zone) == ["a"])
    #expect(set.passedOver == ["apps/v1 Deployment": 1])
  }

  @Test(arguments: [
    #"{"kind": "ServiceList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}]}}]}"#,
    #"{"items": [{"metadata": {"name": "a"}, "spec": {"ports": [{"port": 1}]}}], "kind": "ServiceList", "apiVersion": "v1"}"#,
  ])
  func itemsOfTypedListsNeedNoKind(text: String) {
    for format in InputFormat.allCases {
      let set = read(text, named: "-", format: format)
      #expect(set.said == [])
      #expect(set.services.map(\.name.description) == ["default/a"])
      #expect(set.services.first?.ports.map(\.port) == [1])
    }
  }
}

/// Corners of lists.
@Suite struct ListCornerTests {
  @Test func nestedLists() {
    let text = #"""
      {"kind": "List", "apiVersion": "v1", "items": [
        {"kind": "List", "apiVersion": "v1", "items": [
          {"kind": "NodeList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]},
          {"kind": "List", "apiVersion": "v1", "items": null}
        ]},
        {"kind": "ConfigMapList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}, {}]}
      ]}
      """#
    for format in InputFormat.allCases {
      let set = read(text, format: format)
      #expect(set.said == [])
      #expect(set.nodes.map(\.name) == ["a", "b"])
      #expect(set.passedOver == ["v1 ConfigMap": 2])
    }
  }

  @Test func itemsOfSomethingElseAreNotObjects() {
    let set = read(
      "items: [{a: 1}, 3]\napiVersion: example.org/v1\nkind: Basket\n---\nkind: Basket\napiVersion: v1\nitems: [1]")
    #expect(set.said == [])
    #expect(set.passedOver == ["example.org/v1 Basket": 1, "v1 Basket": 1])
  }

  @Test func itemsWithoutAKindAnywhere() {
    #expect(
      read("items: [{metadata: {name: a}}]\napiVersion: v1").said == [
        "in.yaml:1:9: error: expected a Kubernetes object with apiVersion and kind; kind is missing",
        "in.yaml:1:1: error: expected a Kubernetes object with apiVersion and kind; kind is missing",
      ])
  }

  @Test func objectsBeforeABreakAreKept() {
    let item = #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"}}"#
    let set = read(
      #"{"kind":"List","apiVersion":"v1","items":[\#(item),{"apiVersion":"#, named: "x.json", skipInvalid: true)
    #expect(set.nodes.map(\.name) == ["a"])
    #expect(set.diagnostics.map(\.severity) == [.warning])
  }

  @Test func streamOfValues() {
    let node = #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"NAME"}}"#
    let set = read(["a", "b", "c"].map { node.replacing("NAME", with: $0) }.joined(separator: " \n"), named: "-")
    #expect(set.nodes.map(\.name) == ["a", "b", "c"])
    #expect(set.said == [])
  }

  @Test func emptyInputs() {
    for text in ["", "\n", "# nothing\n", "---\n", "---\n...\n---\n# x\n", "null", "\u{FEFF}"] {
      #expect(read(text).said == [])
    }
    for text in ["", " \n", "\u{FEFF}"] { #expect(read(text, format: .json).said == []) }
  }

  @Test func twoLists() {
    #expect(
      read(#"{"items": [], "items": [], "kind": "List", "apiVersion": "v1"}"#, format: .json).said == [
        "in.yaml:1:15: error: items is given twice"
      ])
  }
}
