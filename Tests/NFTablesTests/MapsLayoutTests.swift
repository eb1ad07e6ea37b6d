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
    // All endpoints and those of this node, of addresses and of node ports.
    #expect(
      added == ["sticky-1-600s", "sticky-local-1-600s", "nodeport-sticky-1-600s", "nodeport-sticky-local-1-600s"])
  }

  /// An endpoint has one number, whatever frontend and policy the packet came by (AFF-3).
  @Test func frontendsShareTheNumbersOfTheirServicePort() throws {
    let table = table(services: 1, affinity: true)
    func numbers(_ set: String) throws -> [ElementData] { try #require(table.set(named: set)).elements.map(\.data) }
    let all = try numbers("sticky-numbers")
    #expect(all.count == 4)
    #expect(Set(all + (try numbers("local-sticky-numbers"))).count == 1)
    #expect(try #require(table.set(named: "endpoints")).elements.isEmpty)
    let endpoints = try #require(table.set(named: "sticky-endpoints")).elements
    #expect(endpoints.allSatisfy { .fields($0.key.suffix(4)) == all[0] })
  }

  /// They are read by whoever shows what a table does.
  @Test func chainsTellWhatTheyChooseFrom() throws {
    let chains = table(services: 6, affinity: true).chains.map(\.name)
    for (name, count, hasAffinity) in [
      ("pick-3", 3, false), ("nodeport-pick-local-1", 1, false), ("sticky-1-600s", 1, true),
      ("nodeport-sticky-local-1-600s", 1, true),
    ] as [(String, UInt32, Bool)] {
      #expect(chains.contains(name))
      let choice = try #require(EndpointChoice(ofChain: name))
      #expect(choice.count == count && choice.hasAffinity == hasAffinity)
    }
    for other in ["services", "external-cluster", "reject-chain", "sticky-1", "sticky-s", "pick-", "pick-3-600s"] {
      #expect(EndpointChoice(ofChain: other) == nil)
    }
  }

  /// Several threads write a large one.
  @Test func largeTablesHoldWhatSmallOnesHold() throws {
    let (large, small) = (table(services: 2600), table(services: 900))
    #expect(large.chains == small.chains)
    for set in small.sets {
      let elements = try #require(large.set(named: set.name)).elements
      #expect(Set(elements).isSuperset(of: set.elements))
      #expect(zip(elements, elements.dropFirst()).allSatisfy { $0.key < $1.key })
    }
    // Cluster IP, external IP, load balancer IP and node port, with one to three endpoints.
    let endpoints = try #require(large.set(named: "endpoints")).elements.count
    #expect(endpoints == (0..<2600).reduce(0) { $0 + 4 * ($1 % 3 + 1) })
  }

  @Test func textComesInPiecesOfWholeLines() {
    let table = table(services: 300)
    var pieces: [[UInt8]] = []
    TableText.writeReplacing(table, header: ["a header"]) { pieces.append(Array($0)) }
    #expect(pieces.count > 3)
    #expect(pieces.allSatisfy { $0.last == UInt8(ascii: "\n") })
    #expect(pieces.flatMap(\.self) == TableText.replacing(table, header: ["a header"]))
  }

  @Test func sizesLeaveRoomToGrow() throws {
    for set in table(services: 600).sets {
      guard let size = set.size else { continue }
      #expect(Int(size) >= set.elements.count * 5 / 4)
      #expect(size % 3 == 0 && (size / 3).nonzeroBitCount == 1, "the kernel rounds its hash table up to a power of two")
    }
  }

  @Test func elementsAreSortedAndSingle() {
    for set in table(services: 50).sets {
      #expect(zip(set.elements, set.elements.dropFirst()).allSatisfy { $0.key < $1.key })
    }
  }
}

extension RegisterBytes {
  fileprivate func suffix(_ length: Int) -> RegisterBytes {
    var bytes = RegisterBytes()
    for offset in stride(from: count - length, to: count, by: 4) { bytes.appendWord(word(at: offset)) }
    return bytes
  }
}
