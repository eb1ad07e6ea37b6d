import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServiceChecks
import ServicePlan

@testable import ServiceGraph

/// A graph and the rules beside it, as `svcnat graph` makes them.
struct Drawing {
  var objects: ObjectSet
  var graph: ServiceGraph
  private var rules: [ServiceRules]

  static let targets: [RuleTarget] = [.nftMaps, .nftChains, .iptables]

  init(_ text: String, node name: String = "node-1", only names: Set<NamespacedName>? = nil) {
    var reader = ObjectReader(options: ObjectReader.Options(readsPodTemplates: true))
    var text = text
    text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: "input.yaml") }
    objects = reader.finish()
    var node = NodeConfiguration(nodeName: name)
    node.zone = objects.nodes.first { $0.name == name }?.zone
    node.nodeIPs = objects.nodes.first { $0.name == name }?.addresses.map(\.value) ?? []
    node.interfaceAddresses = node.nodeIPs
    let plans = ClusterPlanner(configuration: node).plan(objects).plans
    graph = GraphBuilder(objects: objects, plans: plans, node: node, checks: ServiceChecker().check(objects))
      .graph(of: names)
    rules = Drawing.targets.map { ServiceRules($0, plans: plans) }
  }

  func rules(of name: String, in namespace: String = "shop") -> [String] {
    rules.map { $0.text(of: NamespacedName(namespace: namespace, name: name)) }
  }

  func page(ruleLimit: Int = PageText.ruleLimit, pictureLimit: Int = PageText.pictureLimit) -> PageText {
    PageText(
      graph, targets: Drawing.targets.map(\.rawValue), version: "1.0.0", ruleLimit: ruleLimit,
      pictureLimit: pictureLimit
    ) { name in rules.map { $0.text(of: name) } }
  }

  func text(_ format: String) -> String {
    switch format {
    case "mermaid": MermaidText.text(of: graph)
    case "dot": DOTText.text(of: graph)
    case "svg": SVGText.text(of: graph)
    default: page().text
    }
  }

  static let formats = ["mermaid", "dot", "svg", "html"]
}
