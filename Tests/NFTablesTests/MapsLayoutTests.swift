import KubernetesObjects
import NFTables
import NetworkAddresses
import ServicePlan
import Testing

@Suite struct MapsLayoutTests {
  /// Services with one to three endpoints, every kind of frontend, both policies.
  private func table(services: Int, affinity: Bool = false) -> Table {
    let position = SourcePosition(file: 0, line: 0, column: 0)
    var objects = ObjectSet()
    for index in 0..<UInt32(services) {
      let name = NamespacedName(namespace: "default", name: "web-\(index)")
      var service = Service(name: name, position: position)
      service.kind = .loadBalancer
      service.clusterIPs = [Located(IPAddress(ipv4: 0x0a60_0001 + index), at: position)]
      service.externalIPs = [Located(IPAddress(ipv4: 0xc612_0001 + index), at: position)]
      service.loadBalancerIngress = [
        LoadBalancerIngress(
          address: IPAddress(ipv4: 0xc633_0001 + index), hostname: nil, mode: .vip, position: position)
      ]
      service.sourceRanges = [Located(IPPrefix(IPAddress(ipv4: 0xcb00_7100), length: 24), at: position)]
      service.externalTrafficPolicy = index % 2 == 0 ? .local : .cluster
      service.affinitySeconds = affinity && index == 0 ? 600 : nil
      service.ports = [
        ServicePort(
          name: "", transport: .tcp, port: 80, nodePort: UInt16(30000 + index), position: position)
      ]
      objects.services.append(service)
      var slice = EndpointSlice(name: name, position: position, addressType: .ipv4)
      slice.serviceName = name.name
      slice.ports = [EndpointPort(name: "", transport: .tcp, port: 8080, position: position)]
      slice.endpoints = (0..<(index % 3 + 1)).map { part in
        var endpoint = Endpoint(address: IPAddress(ipv4: 0x0af4_0000 + index * 4 + part), position: position)
        endpoint.nodeName = part == 0 ? "node-1" : "node-2"
        return endpoint
      }
      objects.slices.append(slice)
    }
    let plans = ClusterPlanner(configuration: NodeConfiguration(nodeName: "node-1")).plan(objects, families: [.ipv4])
    return MapsLayout(plans.plans[0]).table()
  }

  @Test func servicesAreElementsOnly() throws {
    let few = table(services: 6)
    let many = table(services: 600)
    #expect(many.sets.map(\.name) == few.sets.map(\.name))
    #expect(many.chains == few.chains)
    #expect(try #require(many.set(named: "service-ips")).elements.count == 600 * 3)
    #expect(try #require(many.set(named: "service-nodeports")).elements.count == 600)
  }

  @Test func affinityAddsChainsAndNoSets() {
    let without = table(services: 6)
    let with = table(services: 6, affinity: true)
    #expect(with.sets.map(\.name) == without.sets.map(\.name))
    let added = Set(with.chains.map(\.name)).subtracting(without.chains.map(\.name))
    let ofService = added.filter { $0.contains("sticky-") }
    // All endpoints and those of this node, of its addresses and of its node port.
    #expect(ofService.count == 4)
    #expect(added.subtracting(ofService) == ["slot-0", "slot-local-0", "nodeport-slot-0", "nodeport-slot-local-0"])
  }

  /// They are read by whoever shows what a table does.
  @Test func chainsTellWhatTheyChooseFrom() throws {
    let table = table(services: 6, affinity: true)
    let chains = Dictionary(uniqueKeysWithValues: table.chains.map { ($0.name, $0) })
    let sticky = try #require(table.chains.first { $0.name.hasPrefix("nodeport-sticky-") })
    #expect(EndpointChoice(of: "pick-3", in: chains)?.count == 3)
    #expect(EndpointChoice(of: "nodeport-pick-local-2", in: chains)?.count == 2)
    #expect(EndpointChoice(of: "pick-3", in: chains)?.hasAffinity == false)
    #expect(EndpointChoice(of: sticky.name, in: chains)?.count == 1)
    #expect(EndpointChoice(of: sticky.name, in: chains)?.hasAffinity == true)
    for other in ["services", "external-cluster", "reject-chain", "slot-0", "absent"] {
      #expect(EndpointChoice(of: other, in: chains) == nil)
    }
  }

  @Test func sizesLeaveRoomToGrow() throws {
    for set in table(services: 600).sets {
      guard let size = set.size else { continue }
      #expect(Int(size) >= set.elements.count * 2)
    }
  }

  @Test func elementsAreSortedAndSingle() {
    for set in table(services: 50).sets {
      #expect(zip(set.elements, set.elements.dropFirst()).allSatisfy { $0.key < $1.key })
    }
  }
}
