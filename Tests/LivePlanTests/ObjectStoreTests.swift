import KubernetesObjects
@testable import LivePlan
import NetworkAddresses
import ServicePlan
import Testing

/// News come in any order and more than once.
struct ObjectStoreTests {
  private let nowhere = SourcePosition(file: 0, line: 0, column: 0)

  private func service(_ name: String, port: UInt16 = 80) throws -> Service {
    var service = Service(name: NamespacedName(namespace: "default", name: name), position: nowhere)
    service.clusterIPs = [Located(try #require(IPAddress("10.96.0.10")), at: nowhere)]
    service.ports = [ServicePort(name: "", transport: .tcp, port: port, position: nowhere)]
    return service
  }

  private func slice(_ name: String, of owner: String?, _ addresses: [String] = ["10.244.1.5"]) throws -> EndpointSlice
  {
    var slice = EndpointSlice(
      name: NamespacedName(namespace: "default", name: name), position: nowhere, addressType: .ipv4)
    slice.serviceName = owner
    slice.ports = [EndpointPort(name: "", transport: .tcp, port: 8080, position: nowhere)]
    slice.endpoints = try addresses.map { Endpoint(address: try #require(IPAddress($0)), position: nowhere) }
    return slice
  }

  private func name(_ name: String) -> NamespacedName { NamespacedName(namespace: "default", name: name) }

  @Test func whatIsAsItWasTouchesNothing() throws {
    var store = ObjectStore()
    store.apply(.service(try service("web")), 5)
    store.apply(.slice(try slice("web-1", of: "web")), 6)
    #expect(store.takeTouched() == [name("web")])
    var moved = try service("web")
    moved.position = SourcePosition(file: 1, line: 2, column: 3)
    moved.labels["tier"] = "front"
    moved.selector = ["app": "web"]
    store.apply(.service(moved), 9)
    store.apply(.slice(try slice("web-1", of: "web")), 10)
    store.replaceServices(with: [Listed(moved, resourceVersion: 11)])
    store.replaceSlices(with: [Listed(try slice("web-1", of: "web"), resourceVersion: 11)])
    #expect(store.touched.isEmpty)
  }

  @Test func olderNewsArePassedOver() throws {
    var store = ObjectStore()
    store.apply(.service(try service("web", port: 443)), 7)
    store.apply(.service(try service("web", port: 80)), 5)
    store.apply(.deletedService(name("web")), 6)
    #expect(store[name("web")]?.service.ports.map(\.port) == [443])
    // Without a version news count.
    store.apply(.service(try service("web", port: 8443)), nil)
    #expect(store[name("web")]?.service.ports.map(\.port) == [8443])
  }

  @Test func whatIsGoneDoesNotComeBackByALateEvent() throws {
    var store = ObjectStore()
    store.apply(.slice(try slice("web-1", of: "web")), 5)
    store.apply(.service(try service("web")), 6)
    store.apply(.deletedSlice(name("web-1")), 9)
    store.apply(.slice(try slice("web-1", of: "web")), 8)
    #expect(store[name("web")]?.slices.isEmpty == true)
    store.apply(.slice(try slice("web-1", of: "web")), 10)
    #expect(store[name("web")]?.slices.count == 1)
  }

  /// After a list the versions are those of the list, also where they went back.
  @Test func aListIsTheTruth() throws {
    var store = ObjectStore()
    store.apply(.service(try service("web")), 100)
    store.apply(.service(try service("old")), 101)
    store.apply(.slice(try slice("old-1", of: "old")), 102)
    _ = store.takeTouched()
    store.replaceServices(with: [Listed(try service("web", port: 81), resourceVersion: 50)])
    #expect(store.takeTouched() == [name("web"), name("old")])
    #expect(store[name("old")] == nil)
    store.apply(.service(try service("web", port: 82)), 51)
    #expect(store[name("web")]?.service.ports.map(\.port) == [82])
    store.replaceSlices(with: [])
    #expect(store.touched == [name("web"), name("old")])
    #expect(Array(store.names) == [name("web")])
  }

  @Test func aSliceChangesItsOwner() throws {
    var store = ObjectStore()
    store.apply(.slice(try slice("s", of: "web")), 1)
    _ = store.takeTouched()
    store.apply(.slice(try slice("s", of: "api")), 2)
    #expect(store.takeTouched() == [name("web"), name("api")])
    // One that is nobody's any more.
    store.apply(.slice(try slice("s", of: nil)), 3)
    #expect(store.takeTouched() == [name("api")])
    #expect(store.names.isEmpty)
  }

  @Test func whatIsGoneIsForgottenInTheEnd() throws {
    var versions = ObjectVersions()
    for number in 0..<(2 * ObjectVersions.remembered + 1) {
      let accepted = versions.acceptDeletion(name("s\(number)"), UInt64(1000 + number))
      #expect(accepted)
    }
    let forgotten = versions.accept(name("s0"), 1)
    let remembered = versions.accept(name("s\(2 * ObjectVersions.remembered)"), 1)
    #expect(forgotten && !remembered)
  }
}
