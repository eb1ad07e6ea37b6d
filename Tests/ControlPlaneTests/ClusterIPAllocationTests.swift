import ControlPlane
import KubernetesObjects
import NetworkAddresses
import Testing

@Suite struct ClusterIPAllocationTests {
  private func allocated(_ services: [Service], cidrs: [ServiceCIDR] = [], given: [String] = [])
    -> (objects: ObjectSet, summary: ClusterCompletion.Summary)
  {
    completed(objects(services, cidrs: cidrs)) {
      $0.allocates = true
      $0.serviceCIDRs = given.map(prefix)
    }
  }

  // MARK: - Ranges

  struct Ranges: Sendable {
    var cidrs: [ServiceCIDR] = []
    var given: [String] = []
    var expected: String
  }

  static let ranges = [
    Ranges(expected: "10.96.0.0/12"),
    Ranges(cidrs: [serviceCIDR("kubernetes", "10.43.0.0/16")], expected: "10.43.0.0/16"),
    Ranges(cidrs: [serviceCIDR("kubernetes", "10.43.0.0/16")], given: ["10.50.0.0/16"], expected: "10.50.0.0/16"),
    // The API server's own first, then by name.
    Ranges(
      cidrs: [serviceCIDR("extra", "10.44.0.0/16"), serviceCIDR("kubernetes", "10.43.0.0/16")],
      expected: "10.43.0.0/16"),
    Ranges(cidrs: [serviceCIDR("b", "10.44.0.0/16"), serviceCIDR("a", "10.43.0.0/16")], expected: "10.43.0.0/16"),
    Ranges(cidrs: [serviceCIDR("kubernetes", "fd00:7::/108", "10.43.0.0/16")], expected: "fd00:7::/112"),
  ]

  @Test(arguments: ranges)
  func anAddressOfTheFirstRange(_ ranges: Ranges) throws {
    let (result, summary) = allocated([service("default/web")], cidrs: ranges.cidrs, given: ranges.given)
    let clusterIP = try #require(result.services[0].clusterIPs.first)
    #expect(prefix(ranges.expected).contains(clusterIP.value))
    #expect(clusterIP.position == at(10))
    #expect(result.services[0].ipFamilies == [clusterIP.value.family])
    #expect(said(result) == ["note: default/web: allocated cluster IP \(clusterIP.value)"])
    #expect(summary.allocatedServices == 1)
    #expect(summary.assumedServiceCIDRs == (ranges.expected == "10.96.0.0/12" ? [prefix("10.96.0.0/12")] : []))
  }

  // MARK: - Families

  struct Families: Sendable {
    var clusterIPs: [String] = []
    var families: [IPFamily] = []
    var policy: Service.FamilyPolicy?
    var given: [String] = []
    var expected: [IPFamily]
  }

  static let dual = ["10.96.0.0/16", "fd00:10:96::/112"]

  static let families = [
    Families(expected: [.ipv4]),
    Families(policy: .singleStack, given: dual, expected: [.ipv4]),
    Families(policy: .preferDualStack, given: dual, expected: [.ipv4, .ipv6]),
    Families(policy: .requireDualStack, given: dual, expected: [.ipv4, .ipv6]),
    Families(policy: .preferDualStack, given: dual.reversed(), expected: [.ipv6, .ipv4]),
    Families(policy: .preferDualStack, given: ["10.96.0.0/16"], expected: [.ipv4]),
    Families(families: [.ipv6], given: dual, expected: [.ipv6]),
    Families(families: [.ipv6], policy: .preferDualStack, given: dual, expected: [.ipv6, .ipv4]),
    Families(families: [.ipv6, .ipv4], policy: .requireDualStack, given: dual, expected: [.ipv6, .ipv4]),
    // Nothing known of the cluster: the other family where a Service insists.
    Families(policy: .preferDualStack, expected: [.ipv4]),
    Families(policy: .requireDualStack, expected: [.ipv4, .ipv6]),
    Families(families: [.ipv6], expected: [.ipv6]),
    // Half written.
    Families(clusterIPs: ["10.96.0.9"], policy: .requireDualStack, given: dual, expected: [.ipv4, .ipv6]),
    Families(clusterIPs: ["10.96.0.9"], policy: .preferDualStack, given: dual, expected: [.ipv4, .ipv6]),
    Families(clusterIPs: ["fd00:10:96::9"], policy: .requireDualStack, given: dual, expected: [.ipv6, .ipv4]),
    Families(
      clusterIPs: ["10.96.0.9"], families: [.ipv4, .ipv6], policy: .requireDualStack, given: dual,
      expected: [.ipv4, .ipv6]),
  ]

  @Test(arguments: families)
  func anAddressForEachFamily(_ vector: Families) {
    let web = service(
      "default/web", clusterIPs: vector.clusterIPs, families: vector.families, policy: vector.policy)
    let (result, _) = allocated([web], given: vector.given)
    #expect(result.services[0].clusterIPs.map(\.value.family) == vector.expected)
    #expect(result.services[0].ipFamilies == vector.expected)
    #expect(
      Array(result.services[0].clusterIPs.map(\.value).prefix(vector.clusterIPs.count)) == vector.clusterIPs.map(ip))
    #expect(!result.hasErrors)
  }

  struct Untouched: Sendable {
    var clusterIPs: [String] = []
    var families: [IPFamily] = []
    var policy: Service.FamilyPolicy?
    var kind = Service.Kind.clusterIP
    var headless = false
  }

  static let untouched = [
    Untouched(clusterIPs: ["10.96.0.9"]),
    Untouched(clusterIPs: ["172.16.0.9"], families: [.ipv4], policy: .singleStack),
    Untouched(clusterIPs: ["10.96.0.9", "fd00:10:96::9"], families: [.ipv4, .ipv6], policy: .requireDualStack),
    // Made before the cluster became dual stack.
    Untouched(clusterIPs: ["10.96.0.9"], families: [.ipv4], policy: .preferDualStack),
    // Addresses in another order than the families.
    Untouched(clusterIPs: ["fd00:10:96::9"], families: [.ipv4, .ipv6], policy: .requireDualStack),
    Untouched(headless: true),
    Untouched(policy: .requireDualStack, headless: true),
    Untouched(kind: .externalName),
  ]

  @Test(arguments: untouched)
  func whatNeedsNoneGetsNone(_ vector: Untouched) {
    var web = service(
      "default/web", vector.kind, clusterIPs: vector.clusterIPs, families: vector.families, policy: vector.policy)
    web.isHeadless = vector.headless
    let (result, summary) = allocated([web], given: ClusterIPAllocationTests.dual)
    #expect(result.services == [web])
    #expect(result.diagnostics.isEmpty)
    #expect(summary.allocatedServices == 0)
  }

  struct Refused: Sendable {
    var families: [IPFamily] = []
    var policy: Service.FamilyPolicy?
    var given: String
    var message: String
  }

  static let refused = [
    Refused(
      families: [.ipv6], given: "10.96.0.0/16",
      message: "spec.ipFamilies: no IPv6 address can be given: the service CIDRs are 10.96.0.0/16"),
    Refused(
      families: [.ipv4, .ipv6], policy: .preferDualStack, given: "10.96.0.0/16",
      message: "spec.ipFamilies: no IPv6 address can be given: the service CIDRs are 10.96.0.0/16"),
    Refused(
      policy: .requireDualStack, given: "fd00:10:96::/112",
      message: "spec.ipFamilyPolicy: RequireDualStack needs service CIDRs of both families, "
        + "there are fd00:10:96::/112"),
    Refused(given: "10.96.0.0/31", message: "spec.clusterIP: no free IPv4 address is left in 10.96.0.0/31"),
    Refused(given: "10.96.0.7/32", message: "spec.clusterIP: no free IPv4 address is left in 10.96.0.7/32"),
    Refused(given: "fd00::/127", message: "spec.clusterIP: no free IPv6 address is left in fd00::/127"),
  ]

  @Test(arguments: refused)
  func whatTheRangesCannotGive(_ vector: Refused) {
    let web = service("default/web", families: vector.families, policy: vector.policy)
    let (result, _) = allocated([web], given: [vector.given])
    #expect(said(result) == ["error: default/web: \(vector.message)"])
    #expect(result.diagnostics[0].position == web.position)
    #expect(result.services == [web])
  }

  // MARK: - Choice

  @Test func aSmallRangeIsGivenOutToItsEnd() {
    // Of eight addresses the network's, the first and the last are never given.
    let services = (0..<7).map { service("default/s-\($0)") }
    let (result, summary) = allocated(services, given: ["10.96.0.0/29"])
    let addresses = result.services.flatMap(\.clusterIPs).map(\.value)
    #expect(Set(addresses) == Set((2...6).map { ip("10.96.0.\($0)") }))
    #expect(addresses.count == 5)
    #expect(result.diagnostics.filter { $0.severity == .error }.map(\.object) == ["default/s-5", "default/s-6"])
    #expect(summary.allocatedServices == 5)
  }

  @Test func anotherRangeOfTheFamilyFollowsAFullOne() {
    let services = (0..<4).map { service("default/s-\($0)") }
    let (result, _) = allocated(
      services, cidrs: [serviceCIDR("kubernetes", "10.96.0.0/30"), serviceCIDR("more", "10.97.0.0/24")])
    let addresses = result.services.flatMap(\.clusterIPs).map(\.value)
    #expect(addresses.first == ip("10.96.0.2"))
    #expect(addresses.dropFirst().allSatisfy { prefix("10.97.0.0/24").contains($0) })
    #expect(addresses.count == 4)
  }

  @Test func theStaticBandIsGivenOutLast() {
    let services = (100..<354).map { service("default/s-\($0)") }
    let (result, _) = allocated(services, given: ["10.96.0.0/24"])
    let last = result.services.flatMap(\.clusterIPs).map { $0.value.low & 0xff }
    // 1...16 is the band, of which 1 is the API server's.
    #expect(last.prefix(238).allSatisfy { (17...254).contains($0) })
    #expect(Set(last.dropFirst(238)) == Set(2...16))
    #expect(Set(last).count == 253)
    #expect(result.diagnostics.filter { $0.severity == .error }.count == 1)
  }

  @Test func ipv6AddressesAreShort() {
    let services = (0..<50).map { service("default/s-\($0)") }
    let (result, _) = allocated(services, given: ["fd00:10:96::/64"])
    let addresses = result.services.flatMap(\.clusterIPs).map(\.value)
    #expect(addresses.count == 50)
    #expect(addresses.allSatisfy { prefix("fd00:10:96::/112").contains($0) && $0.low > 256 })
  }

  @Test func writtenAddressesKeepTheirPlaceWhateverTheOrder() throws {
    let (alone, _) = allocated([service("default/web")])
    let wanted = try #require(alone.services[0].clusterIPs.first).value
    let squatter = service("zz/last", clusterIPs: [wanted.description])
    for services in [[service("default/web"), squatter], [squatter, service("default/web")]] {
      let (result, _) = allocated(services)
      let web = try #require(result.services.first { $0.name.name == "web" })
      #expect(result.services.first { $0.name.name == "last" } == squatter)
      #expect(web.clusterIPs.map(\.value) == [IPAddress(ipv4: UInt32(wanted.low) + 1)])
    }
  }

  @Test func theOrderOfTheInputDoesNotMatter() {
    let services = (0..<300).map { service("default/s-\($0)", .nodePort, policy: .preferDualStack) }
    func allocation(_ services: [Service]) -> [NamespacedName: Service] {
      let (result, _) = allocated(services, given: ["10.96.0.0/23", "fd00::/112"])
      return Dictionary(uniqueKeysWithValues: result.services.map { ($0.name, $0) })
    }
    let first = allocation(services)
    var generator = Repeatable(state: 3)
    for _ in 0..<5 { #expect(allocation(services.shuffled(using: &generator)) == first) }
  }

  @Test func anotherServiceRarelyRenumbersTheOthers() {
    let services = (0..<500).map { service("default/s-\($0)") }
    let (first, _) = allocated(services)
    let before = Dictionary(uniqueKeysWithValues: first.services.map { ($0.name, $0.clusterIPs) })
    var moved = 0
    for number in 0..<20 {
      let (result, _) = allocated([service("a/new-\(number)")] + services)
      moved += result.services.dropFirst().filter { before[$0.name] != $0.clusterIPs }.count
    }
    #expect(moved == 0)
  }

  /// People keep these in their notes and tests; a new version must give out the same.
  @Test func theChoiceNeverChanges() {
    let dual = service("default/web", .nodePort, policy: .requireDualStack)
    let (result, _) = allocated([dual, service("kube-system/kube-dns"), service("default/api")])
    #expect(
      result.services.map { "\($0.name) " + $0.clusterIPs.map(\.value.description).joined(separator: " ") } == [
        "default/web 10.101.206.48 fd00:10:96::d28d", "kube-system/kube-dns 10.108.59.37", "default/api 10.97.235.170",
      ])
    #expect(result.services[0].ports.map(\.nodePort) == [31773])
  }
}
