import KubernetesObjects
import NetworkAddresses

extension FieldReading {
  mutating func conntrack(_ fields: DocumentFields) -> ConntrackExpectation? {
    guard let node = fields["conntrackBefore"] ?? fields["conntrackDeleted"] else { return nil }
    var before: [ConntrackEntry] = []
    var known: Set<String> = []
    for element in elements(fields["conntrackBefore"]) {
      if let id = element["id"]?.string, !known.insert(id).inserted {
        error("the id \(id) is given twice", at: element)
      }
      if let entry = conntrackEntry(element) { before.append(entry) }
    }
    var deleted: Set<String> = []
    for element in elements(fields["conntrackDeleted"]) {
      guard let id = name(element) else { continue }
      if !known.contains(id) { error("\"\(id)\" is no id of conntrackBefore", at: element) }
      deleted.insert(id)
    }
    return ConntrackExpectation(position: node.position, before: before, deleted: deleted)
  }

  private mutating func conntrackEntry(_ node: DocumentNode) -> ConntrackEntry? {
    let known = [
      "id", "protocol", "origSrc", "origSrcPort", "origDst", "origDstPort", "replySrc", "replySrcPort",
    ]
    let fields = fields(node, known: known)
    let id = name(required("id", fields, of: node))
    let transport = word(required("protocol", fields, of: node), TransportProtocol.self)
    let source = end("origSrc", "origSrcPort", fields, of: node)
    let destination = end("origDst", "origDstPort", fields, of: node)
    let reply = end("replySrc", "replySrcPort", fields, of: node)
    guard let id, let transport, let source, let destination, let reply else { return nil }
    return ConntrackEntry(
      id: id, transport: transport, originalSource: source, originalDestination: destination, replySource: reply)
  }

  private mutating func end(
    _ address: String, _ port: String, _ fields: DocumentFields, of node: DocumentNode
  ) -> FlowBackend? {
    let address = self.address(required(address, fields, of: node))
    let port = self.port(required(port, fields, of: node))
    guard let address, let port else { return nil }
    return FlowBackend(address: address, port: port)
  }

  mutating func healthCheck(_ node: DocumentNode) -> HealthCheckExpectation? {
    let fields = fields(node, known: ["service", "port", "open", "localEndpoints", "status"])
    let service = parsed(required("service", fields, of: node), as: "namespace/name") { text -> NamespacedName? in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
      return NamespacedName(namespace: String(parts[0]), name: String(parts[1]))
    }
    let port = port(required("port", fields, of: node))
    let isOpen = flag(required("open", fields, of: node))
    var answer: HealthCheckExpectation.Answer?
    if isOpen == true {
      let endpoints = integer(required("localEndpoints", fields, of: node), in: 0...1_000_000)
      let status = integer(required("status", fields, of: node), in: 100...599)
      if let endpoints, let status { answer = .init(localEndpoints: endpoints, status: status) }
    } else if isOpen == false {
      for key in ["localEndpoints", "status"] {
        if let value = fields[key] { error("has no meaning for a closed port", at: value) }
      }
    }
    guard let service, let port, isOpen != nil else { return nil }
    return HealthCheckExpectation(position: node.position, service: service, port: port, answer: answer)
  }
}
