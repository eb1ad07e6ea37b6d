import KubernetesObjects
@testable import NFTables
import NetworkAddresses
import ServicePlan
import Testing

/// A table that follows its plan touches no more than it must.
struct LiveTableTests {
  private static func backend(_ number: Int) -> Backend {
    Backend(address: IPAddress(ipv4: 0x0af4_0000 + UInt32(number)), port: 8080, isLocal: false)
  }

  @Test(arguments: [
    // What is there, what was there by number, and the numbers.
    ([1, 2, 3], [], [1, 2, 3]),
    ([], [1, 2], []),
    ([1, 2, 3], [3, 1, 2], [3, 1, 2]),
    // One goes: the last takes its place.
    ([1, 3, 4], [1, 2, 3, 4], [1, 4, 3]),
    ([1, 2], [1, 2, 3], [1, 2]),
    // One comes, at the end wherever it sorts.
    ([1, 2, 3, 4], [2, 3, 4], [2, 3, 4, 1]),
    // One in the place of another.
    ([1, 3, 9], [3, 2, 1], [3, 9, 1]),
    ([7, 8], [1, 2, 3], [7, 8]),
    // A stale element behind the last number.
    ([1, 3, 4], [1, 4, 3, 4], [1, 4, 3]),
  ])
  func endpointsKeepTheirNumbers(backends: [Int], history: [Int], numbered: [Int]) {
    let result = EndpointSlots.numbered(backends.map(Self.backend), after: history.map(Self.backend))
    #expect(result == numbered.map(Self.backend))
  }

  private static func port(_ name: String, _ backends: [Int], address: Int = 1) -> [ServicePortPlan] {
    let nowhere = SourcePosition(file: 0, line: 0, column: 0)
    var service = Service(name: NamespacedName(namespace: "default", name: name), position: nowhere)
    service.clusterIPs = [Located(IPAddress(ipv4: 0x0a60_0000 + UInt32(address)), at: nowhere)]
    service.ports = [ServicePort(name: "", transport: .tcp, port: 80, position: nowhere)]
    var slice = EndpointSlice(name: service.name, position: nowhere, addressType: .ipv4)
    slice.serviceName = name
    slice.ports = [EndpointPort(name: "", transport: .tcp, port: 8080, position: nowhere)]
    slice.endpoints = backends.map { Endpoint(address: backend($0).address, position: nowhere) }
    let planner = ServicePlanner(family: .ipv4, configuration: NodeConfiguration(nodeName: "n"))
    return planner.plan(service, slices: [slice])
  }

  /// What becomes of one Service, in the words of the elements and chains that change.
  private static func words(_ steps: [[ServicePortPlan]]) throws -> [String] {
    let node = NodePlan(family: .ipv4, configuration: NodeConfiguration(nodeName: "n"), servicePorts: [])
    var table = LiveTable(.maps, node)
    var change: TableChange?
    for (before, after) in zip([[]] + steps, steps) {
      let names = Set((before + after).map(\.name.service))
      change = table.apply(
        PlanChange(
          family: .ipv4,
          services: names.sorted().map { name in
            ServiceChange(
              name, before: before.filter { $0.name.service == name }, after: after.filter { $0.name.service == name })
          }))
    }
    let last = try #require(change)
    var words: [String] = []
    for set in last.changedSets {
      func text(_ element: Element) -> String { TableText.element(element, of: set.declaration) }
      words += set.elements.removed.map { "- " + text($0) } + set.elements.replaced.map { "~ " + text($0) }
      words += set.elements.added.map { "+ " + text($0) }
    }
    return words + last.addedChains.map { "+ " + $0.name } + last.removedChains.map { "- " + $0 }
  }

  @Test func anEndpointReplacedIsOneElement() throws {
    let words = try Self.words([Self.port("web", [1, 2, 3]), Self.port("web", [1, 3, 9])])
    #expect(
      words == [
        "~ 10.96.0.1 . tcp . 80 . 1 : 10.244.0.2 . 8080", "+ 10.96.0.1 . tcp . 80 . 1 : 10.244.0.9 . 8080",
      ])
  }

  @Test func aShrinkMovesTheLastEndpoint() throws {
    let words = try Self.words([Self.port("web", [1, 2, 3]), Self.port("web", [2, 3])])
    #expect(
      words == [
        "~ 10.96.0.1 . tcp . 80 comment \"default/web\" : goto pick-3",
        "+ 10.96.0.1 . tcp . 80 comment \"default/web\" : goto pick-2",
        "- 10.96.0.1 . tcp . 80 . 2 : 10.244.0.3 . 8080", "~ 10.96.0.1 . tcp . 80 . 0 : 10.244.0.1 . 8080",
        "+ 10.96.0.1 . tcp . 80 . 0 : 10.244.0.3 . 8080", "+ pick-2", "- pick-3",
      ])
  }

  /// A chain that another Service leads to stays.
  @Test func aChainInUseStays() throws {
    let other = Self.port("api", [5, 6, 7], address: 2)
    let words = try Self.words([Self.port("web", [1, 2, 3]) + other, other])
    #expect(
      words == [
        "- 10.96.0.1 comment \"default/web\"", "- 10.96.0.1 . tcp . 80 comment \"default/web\" : goto pick-3",
        "- 10.96.0.1 . tcp . 80 . 0 : 10.244.0.1 . 8080", "- 10.96.0.1 . tcp . 80 . 1 : 10.244.0.2 . 8080",
        "- 10.96.0.1 . tcp . 80 . 2 : 10.244.0.3 . 8080",
      ])
  }

  /// The cluster IP goes from one Service to the other in one change: elements of the same keys are replaced, or stay.
  @Test func aFrontendChangesItsService() throws {
    let words = try Self.words([Self.port("web", [1, 2]), Self.port("api", [1, 9])])
    #expect(
      words == [
        "~ 10.96.0.1 comment \"default/web\"", "+ 10.96.0.1 comment \"default/api\"",
        "~ 10.96.0.1 . tcp . 80 comment \"default/web\" : goto pick-2",
        "+ 10.96.0.1 . tcp . 80 comment \"default/api\" : goto pick-2",
        "~ 10.96.0.1 . tcp . 80 . 1 : 10.244.0.2 . 8080", "+ 10.96.0.1 . tcp . 80 . 1 : 10.244.0.9 . 8080",
      ])
  }
}
