import NetworkAddresses
import ServicePlan

/// Places the parts of a Service in four columns: the Service, its frontends, their policies, the endpoints.
///
/// Each service port is a band of its own below the one in front of it.
public struct PictureLayout {
  /// Endpoints of a port that are drawn; the rest is counted.
  public static let endpointLimit = 16
  /// Ports that are drawn; the rest is counted.
  public static let portLimit = 12

  static let width = 1120
  private static let boxHeight = 42
  private static let step = 50
  private static let headingHeight = 34
  private static let columns = (
    service: (x: 0, width: 180), frontend: (x: 224, width: 222), policy: (x: 490, width: 210),
    endpoint: (x: 744, width: 376)
  )

  private var picture: Picture
  private var y = 0

  public static func picture(of service: GraphService) -> Picture {
    var layout = PictureLayout(
      picture: Picture(width: width, height: 0, label: "\(service.name): \(PictureLayout.summary(of: service))"))
    layout.draw(service)
    return layout.picture
  }

  /// `2 ports, 3 frontends, 5 endpoints`
  public static func summary(of service: GraphService) -> String {
    if let exclusion = service.exclusion { return "no rules, \(exclusion)" }
    let frontends = service.ports.reduce(0) { $0 + $1.routes.reduce(0) { $0 + $1.frontends.count } }
    let endpoints = service.ports.reduce(0) { $0 + $1.endpoints.count }
    return GraphWords.count(service.ports.count, "port") + ", " + GraphWords.count(frontends, "frontend") + ", "
      + GraphWords.count(endpoints, "endpoint")
  }

  private mutating func draw(_ service: GraphService) {
    var inputs: [Int] = []
    var bands: [Int] = []
    if let exclusion = service.exclusion {
      y = 1
      bands.append(y)
      let width = PictureLayout.width - PictureLayout.columns.frontend.x
      box(PictureLayout.columns.frontend.x, y, width, .unused)
      text(PictureLayout.columns.frontend.x + 12, y + 18, .title, "no rules", 40)
      text(PictureLayout.columns.frontend.x + 12, y + 34, .small, exclusion, 110)
      inputs.append(y + PictureLayout.boxHeight / 2)
      y += PictureLayout.step
    }
    for (index, port) in service.ports.prefix(PictureLayout.portLimit).enumerated() {
      if index > 0 {
        y += 10
        picture.shapes.append(
          .curve(
            fromX: PictureLayout.columns.frontend.x, fromY: y, toX: PictureLayout.width, toY: y, .rule))
        y += 4
      }
      inputs += draw(port)
    }
    if service.ports.count > PictureLayout.portLimit {
      y += 20
      text(
        PictureLayout.columns.frontend.x, y, .heading,
        "and \(service.ports.count - PictureLayout.portLimit) more ports",
        60)
      y += 14
    }
    // The Service is drawn last, for its height in the middle of its frontends is known only now.
    let center = inputs.isEmpty ? 22 : (inputs[0] + inputs[inputs.count - 1]) / 2
    let top = max(1, min(center, 240) - PictureLayout.boxHeight / 2)
    let middle = top + PictureLayout.boxHeight / 2
    for input in inputs {
      curve(PictureLayout.columns.service.width, middle, PictureLayout.columns.frontend.x, input, .line)
    }
    box(PictureLayout.columns.service.x + 1, top, PictureLayout.columns.service.width - 1, .service)
    text(13, top + 18, .title, service.name.name, 23)
    text(13, top + 34, .small, "\(service.name.namespace) · \(service.kind.rawValue)", 29)
    picture.height = max(y, top + PictureLayout.step)
  }

  /// - Returns: where lines from the Service end.
  private mutating func draw(_ port: GraphPort) -> [Int] {
    let columns = PictureLayout.columns
    text(columns.frontend.x, y + 20, .heading, PictureLayout.heading(of: port), 80)
    y += PictureLayout.headingHeight
    let top = y
    // What gets traffic comes first, so that it is not what is left out.
    let ordered = port.endpoints.filter { !$0.routes.isEmpty } + port.endpoints.filter { $0.routes.isEmpty }
    let shown = ordered.prefix(PictureLayout.endpointLimit)
    let places = shown.indices.map { top + $0 * PictureLayout.step + PictureLayout.boxHeight / 2 }
    var inputs: [Int] = []
    var row = top
    for (index, route) in port.routes.enumerated() {
      let first = row
      for frontend in route.frontends {
        box(columns.frontend.x, row, columns.frontend.width, .frontend)
        text(columns.frontend.x + 12, row + 18, .address, frontend.address, 27)
        text(columns.frontend.x + 12, row + 34, .small, PictureLayout.words(of: frontend), 35)
        inputs.append(row + PictureLayout.boxHeight / 2)
        row += PictureLayout.step
      }
      let height = PictureLayout.boxHeight + PictureLayout.words(of: route).count * 15 - 15
      let center = (first + row - PictureLayout.step + PictureLayout.boxHeight) / 2
      let policyTop = max(first, center - height / 2)
      let middle = policyTop + height / 2
      for place in 0..<route.frontends.count {
        curve(
          columns.frontend.x + columns.frontend.width, first + place * PictureLayout.step + PictureLayout.boxHeight / 2,
          columns.policy.x, middle, .line)
      }
      box(columns.policy.x, policyTop, columns.policy.width, height, isRefused(route) ? .refused : .policy)
      text(columns.policy.x + 12, policyTop + 18, .title, PictureLayout.title(of: route), 28)
      for (line, words) in PictureLayout.words(of: route).enumerated() {
        text(columns.policy.x + 12, policyTop + 34 + line * 15, .small, words, 34)
      }
      for (place, endpoint) in zip(places, shown) where endpoint.routes.contains(index) {
        curve(columns.policy.x + columns.policy.width, middle, columns.endpoint.x, place, .line)
      }
      row = max(row, policyTop + height + PictureLayout.step - PictureLayout.boxHeight)
    }
    for (place, endpoint) in zip(places, shown) {
      draw(endpoint, at: place - PictureLayout.boxHeight / 2, of: port)
    }
    var end = top + shown.count * PictureLayout.step
    if port.endpoints.count > shown.count {
      text(columns.endpoint.x, end + 14, .small, "and \(port.endpoints.count - shown.count) more endpoints", 60)
      end += 24
    } else if port.endpoints.isEmpty {
      text(columns.endpoint.x, top + 25, .small, "no endpoints", 60)
      end += PictureLayout.step
    }
    y = max(row, end)
    return inputs
  }

  private mutating func draw(_ endpoint: GraphEndpoint, at top: Int, of port: GraphPort) {
    let column = PictureLayout.columns.endpoint
    let isUsed = !endpoint.routes.isEmpty
    box(column.x, top, column.width, isUsed ? (endpoint.isLocal ? .local : .endpoint) : .unused)
    let shares = endpoint.routes.compactMap { index -> String? in
      guard case .endpoints(let count) = port.routes[index].end else { return nil }
      let share = GraphWords.share(of: count)
      return port.routes.count > 1 ? "\(port.routes[index].traffic.rawValue) \(share)" : share
    }
    text(column.x + 12, top + 18, .address, endpoint.socket, shares.count > 0 && port.routes.count > 1 ? 34 : 40)
    text(column.x + 12, top + 34, .small, PictureLayout.words(of: endpoint), shares.count > 1 ? 42 : 62)
    let lines = isUsed ? shares : ["no traffic"]
    for (line, words) in lines.prefix(2).enumerated() {
      picture.shapes.append(.textBefore(x: column.x + column.width - 12, y: top + 18 + line * 16, .share, words))
    }
  }

  private func isRefused(_ route: GraphRoute) -> Bool {
    if case .endpoints = route.end { return false }
    return true
  }

  // MARK: - Words

  static func heading(of port: GraphPort) -> String {
    let name = port.name.isEmpty ? "" : "\(port.name) · "
    return "\(name)\(port.transport.rawValue) \(port.port) · \(port.family.rawValue)"
  }

  static func words(of frontend: GraphFrontend) -> String {
    guard let source = frontend.sources.first else { return frontend.kind.rawValue }
    let more = frontend.sources.count > 1 ? " and \(frontend.sources.count - 1) more" : ""
    return "\(frontend.kind.rawValue), from \(source)\(more)"
  }

  static func title(of route: GraphRoute) -> String {
    let scope =
      switch route.traffic {
      case .internal: "internal"
      case .external: "external"
      case .all: "all traffic"
      }
    return "\(scope): \(route.policy.rawValue)"
  }

  static func words(of route: GraphRoute) -> [String] {
    var lines: [String] = []
    switch route.end {
    case .endpoints(let count):
      lines.append(GraphWords.count(count, "endpoint") + (route.policy == .local ? " on this node" : ""))
    case .rejected: lines.append("rejected: no usable endpoint")
    case .dropped: lines.append("dropped: none on this node")
    }
    if let seconds = route.affinitySeconds { lines.append("clients stick for \(GraphWords.duration(seconds))") }
    return lines + route.notes
  }

  static func words(of endpoint: GraphEndpoint) -> String {
    var words = [endpoint.condition.rawValue]
    if endpoint.isLocal {
      words.append("this node")
    } else if let node = endpoint.nodeName {
      words.append(node)
    }
    if let zone = endpoint.zone { words.append(zone) }
    return words.joined(separator: " · ")
  }

  // MARK: - Shapes

  private mutating func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ style: Picture.Style) {
    picture.shapes.append(.box(x: x, y: y, width: width, height: height, style))
  }

  private mutating func box(_ x: Int, _ y: Int, _ width: Int, _ style: Picture.Style) {
    box(x, y, width, PictureLayout.boxHeight, style)
  }

  private mutating func text(_ x: Int, _ y: Int, _ style: Picture.Style, _ text: String, _ limit: Int) {
    picture.shapes.append(.text(x: x, y: y, style, GraphWords.cut(text, to: limit)))
  }

  private mutating func curve(_ fromX: Int, _ fromY: Int, _ toX: Int, _ toY: Int, _ style: Picture.Style) {
    picture.shapes.append(.curve(fromX: fromX, fromY: fromY, toX: toX, toY: toY, style))
  }
}
