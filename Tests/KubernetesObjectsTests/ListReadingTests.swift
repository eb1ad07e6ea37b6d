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
