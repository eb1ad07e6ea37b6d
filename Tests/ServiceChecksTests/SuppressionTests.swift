import ServiceChecks
import Testing

@Suite struct SuppressionTests {
  /// Two Services with a deprecated field, one of them with an annotation, and a slice with a port too many.
  private static func input(service: String = "", slice: String = "") -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop, annotations: {\(service)}}
    spec: {clusterIP: 10.96.0.1, externalIPs: [198.51.100.1], ports: [{port: 80}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: api, namespace: shop-test}
    spec: {externalIPs: [198.51.100.2], selector: {app: api}, ports: [{port: 80}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}, annotations: {\(slice)}}
    addressType: IPv4
    ports: [{port: 80}, {name: admin, port: 81}]
    endpoints: [{addresses: [10.244.1.1]}]
    """
  }

  private static func findings(_ input: String, ignore: String? = nil) -> [String] {
    var options = ServiceChecker.Options()
    options.ignoreFile = ignore.map { IgnoreFile($0, named: "ignore.txt") }
    let result = ServiceChecker(options: options).check(readForChecks(input))
    return result.findings.map { "\($0.check.code) \($0.object ?? "")" } + ["\(result.suppressed) suppressed"]
  }

  @Test func nothingIsSuppressedUnasked() {
    #expect(
      Self.findings(Self.input()) == [
        "SVC202 shop-test/api", "SVC203 shop/web-1", "SVC701 shop/web", "SVC701 shop-test/api", "0 suppressed",
      ])
  }

  @Test(arguments: ["SVC701,SVC203", " svc701 , svc203 ", "SVC203 SVC701"])
  func anAnnotationCountsForItsServiceAndTheSlicesOfIt(_ codes: String) {
    #expect(
      Self.findings(Self.input(service: "svcnat/ignore: \"\(codes)\"")) == [
        "SVC202 shop-test/api", "SVC701 shop-test/api", "2 suppressed",
      ])
  }

  @Test func anAnnotationOfASliceCountsForTheSlice() {
    #expect(
      Self.findings(Self.input(slice: "svcnat/ignore: \"SVC203,SVC701\"")) == [
        "SVC202 shop-test/api", "SVC701 shop/web", "SVC701 shop-test/api", "SVC005 shop/web-1", "1 suppressed",
      ])
  }

  @Test(arguments: [
    (
      "SVC701 shop/web accepted by the owner",
      ["SVC202 shop-test/api", "SVC203 shop/web-1", "SVC701 shop-test/api", "1 suppressed"]
    ),
    ("SVC701 shop/*", ["SVC202 shop-test/api", "SVC203 shop/web-1", "SVC701 shop-test/api", "1 suppressed"]),
    ("SVC701 *", ["SVC202 shop-test/api", "SVC203 shop/web-1", "2 suppressed"]),
    (
      "# why\n\nSVC203 shop/web\r\n\tsvc203   shop/web-1\n",
      ["SVC202 shop-test/api", "SVC701 shop/web", "SVC701 shop-test/api", "1 suppressed"]
    ),
    (
      "SVC701 shop",
      [
        "SVC202 shop-test/api", "SVC203 shop/web-1", "SVC701 shop/web", "SVC701 shop-test/api", "SVC005 ",
        "0 suppressed",
      ]
    ),
  ])
  func aLineOfTheFileCountsForTheObjectsItNames(_ text: String, _ expected: [String]) {
    #expect(Self.findings(Self.input(), ignore: text) == expected)
  }

  @Test func whatTheFileSaysWrongIsReportedWhereItIs() {
    var options = ServiceChecker.Options()
    options.ignoreFile = IgnoreFile("SVC701 *\nSVC1 *\nSVC701 */web\nSVC701", named: "ignore.txt")
    let result = ServiceChecker(options: options).check(readForChecks(Self.input()))
    let own = result.findings.filter { $0.check.code == "SVC004" }
    #expect(own.map(result.place) == ["ignore.txt:2:1", "ignore.txt:3:1", "ignore.txt:4:1"])
  }

  @Test func anAnnotationOfARefusedServiceIsNotRead() {
    let text = """
      apiVersion: v1
      kind: Service
      metadata: {name: web, annotations: {svcnat/ignore: SVC001}}
      spec: {ports: [{port: 0}]}
      """
    #expect(Self.findings(text) == ["SVC001 default/web", "0 suppressed"])
    #expect(Self.findings(text, ignore: "SVC001 default/web") == ["1 suppressed"])
  }

  @Test func strictMakesWarningsErrors() {
    var options = ServiceChecker.Options()
    options.isStrict = true
    let result = ServiceChecker(options: options).check(readForChecks(Self.input()))
    #expect(result.findings(from: .error).count == 4)
  }

  @Test func theThresholdLeavesOutWhatIsLessGrave() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: None, sessionAffinity: ClientIP}"
    let result = ServiceChecker().check(readForChecks(text))
    #expect(result.findings(from: .info).count == 1)
    #expect(result.findings(from: .warning).isEmpty)
  }
}
