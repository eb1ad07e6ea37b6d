import Foundation
import KubernetesObjects
import NetworkAddresses
import Testing

@testable import ServiceGraph

/// Nothing grows without bounds.
@Suite struct LargeGraphTests {
  private func made(_ number: Int, endpoints: Int = 3, ports: Int = 1) -> GraphService {
    let route = GraphRoute(
      traffic: .internal, policy: .cluster, affinitySeconds: nil, notes: [],
      frontends: [GraphFrontend(kind: .clusterIP, address: "10.96.0.1:80", sources: [])], end: .endpoints(endpoints))
    let all = (0..<endpoints).map {
      GraphEndpoint(
        address: IPAddress(ipv4: 0x0a00_0000 + UInt32($0)), port: 80, condition: .ready, isLocal: false,
        nodeName: "node",
        zone: nil, pod: nil, routes: [0])
    }
    let port = GraphPort(family: .ipv4, name: "", transport: .tcp, port: 80, routes: [route], endpoints: all)
    return GraphService(
      name: NamespacedName(namespace: "large", name: "service-\(number)"), kind: .clusterIP, exclusion: nil,
      ports: Array(repeating: port, count: ports), problems: [])
  }

  @Test func picturesOfManyEndpointsCountTheRest() {
    let picture = PictureLayout.picture(of: made(0, endpoints: 1000))
    #expect(picture.shapes.contains { if case .text(_, _, _, "and 984 more endpoints") = $0 { true } else { false } })
    #expect(picture.height < 1000)
    let ports = PictureLayout.picture(of: made(0, ports: 100))
    #expect(ports.shapes.contains { if case .text(_, _, _, "and 88 more ports") = $0 { true } else { false } })
  }

  @Test(arguments: [service(endpoints: 0), service(endpoints: 5), service(endpoints: 40)])
  func nothingLiesOutsideOrOverlaps(_ service: GraphService) {
    let picture = PictureLayout.picture(of: service)
    var boxes: [(x: Int, y: Int, right: Int, bottom: Int)] = []
    for shape in picture.shapes {
      guard case .box(let x, let y, let width, let height, _) = shape else { continue }
      #expect(x >= 0 && y >= 0 && x + width <= picture.width && y + height <= picture.height)
      for other in boxes {
        #expect(x >= other.right || x + width <= other.x || y >= other.bottom || y + height <= other.y)
      }
      boxes.append((x, y, x + width, y + height))
    }
    #expect(boxes.count >= 3)
  }

  private static func service(endpoints: Int) -> GraphService { LargeGraphTests().made(0, endpoints: endpoints) }

  @Test func pagesOfTwoThousandServicesDrawNothingAhead() {
    let graph = ServiceGraph(nodeName: "node", services: (0..<2000).map { made($0) })
    let page = PageText(graph, targets: ["iptables"], version: "1") { _ in ["rules"] }
    #expect(!page.text.contains("<svg"))
    #expect(page.text.utf8.count < 4 << 20)
    #expect(page.withoutRules == 0 && page.leftOut == 0)
  }

  @Test func rulesStopAtTheLimitAndItIsSaid() {
    let graph = ServiceGraph(nodeName: "node", services: (0..<50).map { made($0) })
    var asked = 0
    let page = PageText(graph, targets: ["iptables"], version: "1", ruleLimit: 10_000) { _ in
      asked += 1
      return [String(repeating: "x", count: 1000)]
    }
    #expect(page.withoutRules == 41)
    #expect(asked == 10)
    #expect(page.text.contains("Rules of 41 Services are left out"))
    #expect(page.text.components(separatedBy: "\"r\":null").count == 42)
  }

  @Test func picturesStopAtTheLimitAndItIsSaid() {
    let graph = ServiceGraph(nodeName: "node", services: (0..<50).map { made($0) })
    let page = PageText(graph, targets: [], version: "1", pictureLimit: 10_000) { _ in [] }
    #expect(page.leftOut > 0 && page.leftOut < 50)
    #expect(page.text.contains("\(page.leftOut) Services left out to keep this file small"))
  }

  @Test func linesOfMermaidAreCounted() {
    let graph = ServiceGraph(nodeName: "node", services: [made(0)])
    #expect(MermaidText.edgeCount(of: graph) == 5)
    let arrows = MermaidText.text(of: graph).components(separatedBy: "-->").count - 1
    #expect(arrows == 5)
  }
}
