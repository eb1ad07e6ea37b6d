import Reports

/// A graph as a Mermaid flow chart, a box a Service.
public enum MermaidText {
  /// Edges that Mermaid draws where nothing else is configured (`maxEdges`).
  public static let edgeLimit = 500

  public static func text(of graph: ServiceGraph) -> String {
    var text = "flowchart LR\n"
    for (number, service) in graph.services.enumerated() {
      write(service, "s\(number)", &text)
    }
    text += """
        classDef unused stroke-dasharray: 4 3
        classDef local stroke-width: 3px
        classDef refused stroke: #cf4a3c
        classDef problem stroke: #b26a00

      """
    return text
  }

  /// Lines between boxes, which Mermaid draws so many of.
  public static func edgeCount(of graph: ServiceGraph) -> Int {
    graph.services.reduce(0) { sum, service in
      sum + (service.exclusion == nil ? 0 : 1)
        + service.ports.reduce(0) { sum, port in
          sum
            + port.routes.reduce(0) { sum, route in
              if case .endpoints = route.end { return sum + 2 * route.frontends.count }
              return sum + 2 * route.frontends.count + 1
            } + port.endpoints.reduce(0) { $0 + $1.routes.count }
        }
    }
  }

  private static func write(_ service: GraphService, _ id: String, _ text: inout String) {
    text += "  subgraph \(id)g[\"\(escaped(service.name.description))\"]\n"
    text += "    \(id)[\"\(lines([service.name.name, service.kind.rawValue]))\"]\n"
    if let exclusion = service.exclusion {
      text += "    \(id)x[\"\(lines(["no rules", exclusion]))\"]:::unused\n"
      text += "    \(id) --> \(id)x\n"
    }
    for (portNumber, port) in service.ports.enumerated() {
      let portID = "\(id)p\(portNumber)"
      let heading = PictureLayout.heading(of: port)
      for (routeNumber, route) in port.routes.enumerated() {
        let routeID = "\(portID)r\(routeNumber)"
        let words = [PictureLayout.title(of: route), heading] + PictureLayout.words(of: route)
        text += "    \(routeID){{\"\(lines(words))\"}}\n"
        for (number, frontend) in route.frontends.enumerated() {
          let frontendID = "\(routeID)f\(number)"
          text += "    \(frontendID)([\"\(lines([frontend.address, PictureLayout.words(of: frontend)]))\"])\n"
          text += "    \(id) --> \(frontendID) --> \(routeID)\n"
        }
        switch route.end {
        case .endpoints: break
        case .rejected: text += "    \(routeID) --> \(routeID)x[\"rejected\"]:::refused\n"
        case .dropped: text += "    \(routeID) --> \(routeID)x[\"dropped\"]:::refused\n"
        }
      }
      for (number, endpoint) in port.endpoints.enumerated() {
        let endpointID = "\(portID)e\(number)"
        let style = endpoint.routes.isEmpty ? ":::unused" : endpoint.isLocal ? ":::local" : ""
        text += "    \(endpointID)[\"\(lines([endpoint.socket, PictureLayout.words(of: endpoint)]))\"]\(style)\n"
        for route in endpoint.routes {
          guard case .endpoints(let count) = port.routes[route].end else { continue }
          text += "    \(portID)r\(route) -->|\"\(GraphWords.share(of: count))\"| \(endpointID)\n"
        }
      }
    }
    for (number, problem) in service.problems.enumerated() {
      text +=
        "    \(id)c\(number)>\"\(lines(["\(problem.code) \(problem.severity.rawValue)", problem.message]))\"]:::problem\n"
    }
    text += "  end\n"
  }

  private static func lines(_ lines: [String]) -> String { lines.map(escaped).joined(separator: "<br/>") }

  /// Everything that means something to Mermaid, Markdown or HTML becomes a numbered entity.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in SingleLine.escaped(text).unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", ":", "/", "-", "·", "…", "%":
        escaped.unicodeScalars.append(scalar)
      default: escaped += "#\(scalar.value);"
      }
    }
    return escaped
  }
}
