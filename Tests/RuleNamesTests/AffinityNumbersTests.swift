import KubernetesObjects
import NetworkAddresses
import RuleNames
import ServicePlan
import Testing

@Suite struct AffinityNumbersTests {
  private func port(_ index: Int = 0) -> ServicePortName {
    ServicePortName(
      service: NamespacedName(namespace: "shop", name: "web-\(index)"), port: "http", transport: .tcp)
  }

  /// `#require` cannot call what changes its value.
  private func given(
    _ numbers: inout AffinityNumbers, _ backends: [Backend], _ port: ServicePortName
  ) throws -> [UInt32] {
    let given = numbers.numbers(for: backends, of: port)
    return try #require(given)
  }

  private func backends(_ count: UInt32) -> [Backend] {
    (0..<count).map { Backend(address: IPAddress(ipv4: 0x0af4_0000 + $0), port: 8080, isLocal: $0 % 2 == 0) }
  }

  /// With so many of both some hashes meet.
  @Test func numbersAreDifferent() throws {
    var numbers = AffinityNumbers()
    let ports = try (0..<600).map { try given(&numbers, backends(3), port($0)) }
    #expect(Set(ports.joined()).count == 1800)
    #expect(Set(ports.map { $0[0] & AffinityNumbers.servicePortBits }).count == 600)
    #expect(ports.allSatisfy { port in port.allSatisfy { $0 >> 16 == port[0] >> 16 } })
    #expect(ports.joined().allSatisfy { $0 & AffinityNumbers.marker != 0 && $0 != .max })
    let large = try given(&numbers, backends(5000), port(600))
    #expect(Set(large).count == 5000)
  }

  @Test func numbersStay() throws {
    var numbers = AffinityNumbers()
    let first = try given(&numbers, backends(10), port())
    let reversed = try given(&numbers, backends(10).reversed(), port())
    #expect(reversed == first.reversed())
    // Where an endpoint is does not change what it is.
    let away = backends(10).map { Backend(address: $0.address, port: $0.port, isLocal: !$0.isLocal) }
    let moved = try given(&numbers, away, port())
    #expect(moved == first)
    var others = AffinityNumbers()
    _ = others.numbers(for: backends(1), of: port(1))
    let again = try given(&others, backends(10), port())
    #expect(again == first)
  }

  @Test func releasedNumbersAreFree() throws {
    var numbers = AffinityNumbers()
    let first = try given(&numbers, backends(65534), port())
    let other = Backend(address: IPAddress(ipv4: 0x0a00_0001), port: 80, isLocal: false)
    let none = numbers.numbers(for: [other], of: port())
    #expect(none == nil)
    numbers.release(backends(5)[4], of: port())
    let freed = try given(&numbers, [other], port())
    #expect(freed == [first[4]])
  }

  /// A new process goes on with the numbers of the rules it finds, also where chance had a part in them.
  @Test func installedNumbersAreTakenOver() throws {
    var numbers = AffinityNumbers()
    let wanted: [UInt32] = [0x9234_0001, 0x9234_0002]
    for (number, backend) in zip(wanted, backends(2)) { numbers.adopt(number, for: backend, of: port()) }
    let adopted = try given(&numbers, backends(2), port())
    #expect(adopted == wanted)
    // Of another service port, of none, and taken.
    numbers.adopt(0x9235_0003, for: backends(3)[2], of: port())
    numbers.adopt(0x1234_0004, for: backends(3)[2], of: port(1))
    numbers.adopt(0x9234_0001, for: backends(3)[2], of: port())
    numbers.adopt(0x9234_0005, for: backends(3)[2], of: port(2))
    let third = try given(&numbers, backends(3), port())
    #expect(third.prefix(2) == wanted[...] && third[2] >> 16 == 0x9234)
    let stranger = try given(&numbers, backends(1), port(2))
    #expect(stranger[0] >> 16 != 0x9234)
  }
}
