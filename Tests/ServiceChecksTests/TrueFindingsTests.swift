import Foundation
import KubernetesObjects
import NetworkAddresses
import ServiceChecks
import TestSupport
import Testing

/// Errors are found where there are mistakes, and nowhere else: in all inputs of the repository.
@Suite struct TrueFindingsTests {
  private static let golden = "../golden"

  /// The inputs that have mistakes on purpose.
  private static let goldenErrors: [String: Set<String>] = [
    "defined-twice": ["SVC001"],
    "errors": ["SVC001", "SVC504"],
    // The second port of monitoring/dashboard has no endpoints.
    "nodeport-addresses-all": ["SVC204"],
    "one-frontend-two-services": ["SVC301", "SVC305"],
    "skip-invalid": ["SVC001"],
  ]

  private static func objects(_ name: String) throws -> ObjectSet {
    var reader = ObjectReader(options: ObjectReader.Options(readsPodTemplates: true))
    for path in [".yaml", ".json"].map({ "\(golden)/\(name)/input" + $0 })
      + TestData.names(in: "\(golden)/\(name)/input").map({ "\(golden)/\(name)/input/\($0)" })
    {
      guard var text = try? TestData.text(path) else { continue }
      text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: path) }
    }
    return reader.finish()
  }

  private static func errors(_ objects: ObjectSet) -> Set<String> {
    Set(ServiceChecker().check(objects).findings(from: .error).map(\.check.code))
  }

  @Test(arguments: TestData.names(in: golden))
  func goldenInputs(_ name: String) throws {
    let objects = try Self.objects(name)
    try #require(!objects.files.isEmpty)
    #expect(Self.errors(objects) == Self.goldenErrors[name] ?? [])
  }

  @Test func expectedErrorsAreOfInputsThatExist() {
    #expect(Set(Self.goldenErrors.keys).isSubset(of: TestData.names(in: Self.golden)))
  }

  /// What tutorials show is right, and needs no advice at all.
  @Test(arguments: TestData.names(in: golden).filter { $0.hasPrefix("tutorial-") })
  func tutorials(_ name: String) throws {
    let result = ServiceChecker().check(try Self.objects(name))
    #expect(result.findings.map { $0.message } == [])
  }

  /// In the example cluster everything that is found is so.
  @Test func exampleCluster() throws {
    let result = ServiceChecker().check(try Self.objects("example-cluster"))
    #expect(
      result.findings.map { "\($0.check.code) \($0.object ?? "")" } == [
        "SVC201 shop/reviews", "SVC202 kube-system/kubelet", "SVC202 monitoring/pushgateway",
        "SVC202 shop/recommendations", "SVC501 games/match", "SVC501 iot/coap", "SVC701 data/minio",
        "SVC208 shop/payments", "SVC502 office/vpn", "SVC506 data/postgres-replicas",
      ])
  }

  /// What these cases are about: ports of a Service that no slice has, by name or by number.
  private static let caseErrors: [String: Set<String>] = [
    "slices-port-name-mismatch": ["SVC204"], "slices-port-number-missing": ["SVC204"],
  ]

  @Test func conformanceCases() throws {
    for example in try ReferenceCase.all {
      #expect(Self.errors(example.objects) == Self.caseErrors[example.name] ?? [], "\(example)")
    }
  }
}
