import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleNames
import ServicePlan
import Testing
import Yams

/// The vectors in `names.yaml`: what kube-proxy 1.36 calls things.
struct NameVectors: Decodable {
  struct Name: Decodable {
    struct NFTables: Decodable {
      var service, local, external, firewall: String
    }
    struct IPTables: Decodable {
      var SVC, SVL, EXT, FW: String
    }
    struct Endpoint: Decodable {
      var ip: String
      var port: UInt16
      var nftablesEndpoint, nftablesAffinity, iptablesSEP: String
    }
    var namespace, service, `protocol`, port: String
    var nftables: NFTables
    var iptables: IPTables
    var endpoints: [Endpoint]

    var portName: ServicePortName {
      get throws {
        ServicePortName(
          service: NamespacedName(namespace: namespace, name: service), port: port,
          transport: try #require(TransportProtocol(rawValue: `protocol`.uppercased())))
      }
    }
  }
  var names: [Name]

  static func load() throws -> NameVectors {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "names.yaml")
    return try YAMLDecoder().decode(NameVectors.self, from: String(contentsOf: file, encoding: .utf8))
  }
}

@Suite struct RuleNamesTests {
  @Test(arguments: try NameVectors.load().names.indices)
  func namesLikeKubeProxy(index: Int) throws {
    let vector = try NameVectors.load().names[index]
    let nftables = NFTablesNames(try vector.portName)
    #expect(nftables.service == vector.nftables.service)
    #expect(nftables.local == vector.nftables.local)
    #expect(nftables.external == vector.nftables.external)
    #expect(nftables.firewall == vector.nftables.firewall)
    let iptables = IPTablesNames(try vector.portName)
    #expect(iptables.service == vector.iptables.SVC)
    #expect(iptables.local == vector.iptables.SVL)
    #expect(iptables.external == vector.iptables.EXT)
    #expect(iptables.firewall == vector.iptables.FW)
    for endpoint in vector.endpoints {
      let backend = Backend(address: try #require(IPAddress(endpoint.ip)), port: endpoint.port, isLocal: false)
      #expect("endpoint-" + nftables.endpointBase(backend) == endpoint.nftablesEndpoint)
      #expect("affinity-" + nftables.endpointBase(backend) == endpoint.nftablesAffinity)
      #expect(iptables.endpoint(backend) == endpoint.iptablesSEP)
    }
  }
}
