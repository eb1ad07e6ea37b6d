import Foundation
import KubernetesObjects
import TestSupport
import Testing

/// The published schema agrees with the cases and with the reader.
@Suite struct SchemaTests {
  private static let validator = Result {
    let path = "../Sources/svcnat/svcnat.docc/Resources/flow-case.schema.json"
    return SchemaValidator(root: try TestData.document(path))
  }

  static func problems(_ text: String) throws -> [String] {
    let documents = DocumentTree.read(text, named: "case.yaml").documents
    return try documents.flatMap { try validator.get().problems($0.root) }
  }

  @Test(arguments: TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") })
  func everyCaseIsValid(_ name: String) throws {
    #expect(try Self.problems(try TestData.text("ConformanceCases/" + name)) == [])
  }

  @Test(arguments: [FlowCaseReaderTests.valid, FlowCaseReaderTests.stepped])
  func whatHasDefaultsMayBeMissing(_ text: String) throws {
    #expect(try Self.problems(text) == [])
  }

  /// What the reader refuses is invalid, too, as far as a schema can tell.
  @Test func mistakesAreInvalid() throws {
    let unseen = try FlowCaseReaderTests.mistakes.filter {
      try Self.problems($0.made(in: FlowCaseReaderTests.valid)).isEmpty
    }
    #expect(
      unseen.map(\.mistake) == [
        "name: shop\nname: shop", "name: shop\nsince: soon", "nodeIPs: [192.0.2.300]",
        "metadata: {name: web, namespace: a_b}", "kind: node, interface: eth0, ip", "to: fd00::1\n",
        "'[fd00::1]:8080'", "masquerade: {'10.244.1.6:8080': true}",
        "{action: drop}\n  affinity: {group: g, timeoutSeconds: 9}",
      ])
  }
}
