import Reports

/// A graph in the language of Graphviz, a cluster a Service.
public enum DOTText {
  public static func text(of graph: ServiceGraph) -> String {
    var text = """
      digraph services {
        graph [rankdir=LR, fontname="Helvetica", label="\(escaped("Services seen from node \(graph.nodeName)"))", labelloc=t]
        node [shape=box, style="rounded", fontname="Helvetica", fontsize=10]
        edge [fontname="Helvetica", fontsize=9, color="#7a869a"]

      """
    for (number, service) in graph.services.enumerated() {
      write(service, "s\(number)", number, &text)
    }
    return text + "}\n"
  }

  private static func write(_ service: GraphService, _ id: String, _ number: Int, _ text: inout String) {
    text += "  subgraph cluster_\(number) {\n"
    text += "    label=\"\(escaped(service.name.description))\"; color=\"#c5ccd8\"\n"
    text += "    \(id) [label=\"\(lines([service.name.name, service.kind.rawValue]))\", color=\"#4d7fd0\"]\n"
    if let exclusion = service.exclusion {
      text += "    \(id)x [label=\"\(lines(["no rules", exclusion]))\", style=\"rounded,dashed\"]\n"
      text += "    \(id) -> \(id)x\n"
    }
    for (portNumber, port) in service.ports.enumerated() {
      let portID = "\(id)p\(portNumber)"
      for (routeNumber, route) in port.routes.enumerated() {
        let routeID = "\(portID)r\(routeNumber)"
        let words = [PictureLayout.title(of: route), PictureLayout.heading(of: port)] + PictureLayout.words(of: route)
        text += "    \(routeID) [label=\"\(lines(words))\", color=\"#8e7cc9\"]\n"
        for (number, frontend) in route.frontends.enumerated() {
          let frontendID = "\(routeID)f\(number)"
          text += "    \(frontendID) [label=\"\(lines([frontend.address, PictureLayout.words(of: frontend)]))\"]\n"
          text += "    \(id) -> \(frontendID) -> \(routeID)\n"
        }
        switch route.end {
        case .endpoints: break
        case .rejected, .dropped:
          let word = route.end == .rejected ? "rejected" : "dropped"
          text += "    \(routeID)x [label=\"\(word)\", color=\"#cf4a3c\"]\n    \(routeID) -> \(routeID)x\n"
        }
      }
      for (number, endpoint) in port.endpoints.enumerated() {
        let endpointID = "\(portID)e\(number)"
        let style =
          endpoint.routes.isEmpty
          ? ", style=\"rounded,dashed\"" : endpoint.isLocal ? ", color=\"#1f7a50\", penwidth=2" : ", color=\"#3f9b6f\""
        text += "    \(endpointID) [label=\"\(lines([endpoint.socket, PictureLayout.words(of: endpoint)]))\"\(style)]\n"
        for route in endpoint.routes {
          guard case .endpoints(let count) = port.routes[route].end else { continue }
          text += "    \(portID)r\(route) -> \(endpointID) [label=\"\(GraphWords.share(of: count))\"]\n"
        }
      }
    }
    for (number, problem) in service.problems.enumerated() {
      let words = ["\(problem.code) \(problem.severity.rawValue)", problem.message]
      text += "    \(id)c\(number) [label=\"\(lines(words))\", shape=note, style=\"\", color=\"#b26a00\"]\n"
    }
    text += "  }\n"
  }

  private static func lines(_ lines: [String]) -> String { lines.map(escaped).joined(separator: "\\n") }

  /// For inside double quotes. Graphviz reads HTML entities and backslashes there, so both are taken apart.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in SingleLine.escaped(text).unicodeScalars {
      switch scalar {
      case "\"": escaped += "\\\""
      case "\\": escaped += "\\\\"
      case "&": escaped += "&amp;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
