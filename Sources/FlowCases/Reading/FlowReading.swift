import KubernetesObjects
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// The protocols a flow can have.
private enum FlowProtocol: String, CaseIterable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"
  case icmp = "ICMP"

  func number(_ family: IPFamily) -> PacketProtocol {
    switch self {
    case .tcp: .tcp
    case .udp: .udp
    case .sctp: .sctp
    case .icmp: .icmp(family)
    }
  }
}

/// What connection tracking calls the connection.
private enum FlowState: String, CaseIterable {
  case new = "NEW"
  case established = "ESTABLISHED"
  case related = "RELATED"
  case invalid = "INVALID"
  case untracked = "UNTRACKED"

  var state: ConnectionState {
    switch self {
    case .new: .new
    case .established: .established
    case .related: .related
    case .invalid: .invalid
    case .untracked: .untracked
    }
  }
}

extension FieldReading {
  /// - Parameter modes: those of the case, each of which an expectation may be written for.
  mutating func flow(_ node: DocumentNode, modes: Set<ProxyMode>) -> Flow? {
    let fields = fields(
      node, known: ["name", "from", "to", "protocol", "port", "expect", "expectPerMode", "ctState", "affinity"])
    let name = name(required("name", fields, of: node))
    let packet = packet(fields, of: node)
    let expectations = expectations(fields, of: node, modes: modes, family: packet?.family)
    let affinity = fields["affinity"].flatMap { self.affinity($0) }
    if let node = fields["affinity"], !expectations.isEmpty,
      !expectations.values.contains(where: { $0.action == .dnat })
    {
      error("has no meaning for a flow that is not translated", at: node)
    }
    guard let name, let packet else { return nil }
    return Flow(
      name: name, position: node.position, packet: packet, expectations: expectations, affinity: affinity)
  }

  // MARK: The packet

  private mutating func packet(_ fields: DocumentFields, of node: DocumentNode) -> Packet? {
    let from = source(required("from", fields, of: node))
    let to = required("to", fields, of: node)
    let destination = address(to)
    let transport = word(required("protocol", fields, of: node), FlowProtocol.self)
    let port = destinationPort(fields["port"], transport, of: node)
    let state = word(fields["ctState"], FlowState.self)?.state ?? .new
    guard let from, let to, let destination, let transport, let port else { return nil }
    guard from.address.family == destination.family else {
      error("\(destination) is of another address family than the source \(from.address)", at: to)
      return nil
    }
    return Packet(
      from: from.origin, from.address, to: destination, transport.number(destination.family), port: port,
      inputInterface: from.interface, state: state)
  }

  private mutating func source(
    _ node: DocumentNode?
  ) -> (origin: Packet.Origin, address: IPAddress, interface: String?)? {
    guard let node else { return nil }
    let fields = fields(node, known: ["kind", "ip", "interface"])
    let origin = word(required("kind", fields, of: node), Packet.Origin.self)
    let address = address(required("ip", fields, of: node))
    let interface = name(fields["interface"])
    if let origin, origin.isMadeOnNode, let node = fields["interface"] {
      error("packets of kind \(origin.rawValue) come in by no interface", at: node)
    }
    guard let origin, let address else { return nil }
    return (origin, address, interface)
  }

  private mutating func destinationPort(
    _ value: DocumentNode?, _ transport: FlowProtocol?, of node: DocumentNode
  ) -> UInt16? {
    guard let value else {
      if transport == .icmp { return 0 }
      if transport != nil {
        let field = node.path.map { "\($0).port" } ?? "port"
        add([Diagnostic(.error, at: node.position, field: field, "is missing")])
      }
      return nil
    }
    return transport == .icmp ? integer(value, in: 0...0).map { UInt16($0) } : port(value)
  }

  // MARK: What must become of it

  private mutating func expectations(
    _ fields: DocumentFields, of node: DocumentNode, modes: Set<ProxyMode>, family: IPFamily?
  ) -> [ProxyMode: FlowExpectation] {
    switch (fields["expect"], fields["expectPerMode"]) {
    case (let expect?, nil):
      guard let expectation = expectation(expect, family) else { return [:] }
      return Dictionary(uniqueKeysWithValues: modes.map { ($0, expectation) })
    case (nil, let perMode?):
      let expects = self.fields(perMode, known: ProxyMode.allCases.map(\.rawValue))
      var expectations: [ProxyMode: FlowExpectation] = [:]
      for mode in ProxyMode.allCases {
        guard let expect = expects[mode.rawValue] else { continue }
        if !modes.contains(mode) { error("the case does not apply to this mode", at: expect) }
        expectations[mode] = expectation(expect, family)
      }
      if expects.entries.isEmpty, perMode.kind == .mapping { error("must not be empty", at: perMode) }
      return expectations
    case (_?, let perMode?):
      error("a flow has either expect or expectPerMode", at: perMode)
      return [:]
    case (nil, nil):
      _ = required("expect", fields, of: node)
      return [:]
    }
  }

  /// - Parameter family: that of the packet, which rules cannot change; nil if it is not known.
  private mutating func expectation(_ node: DocumentNode, _ family: IPFamily?) -> FlowExpectation? {
    let fields = fields(node, known: ["action", "backends", "masquerade"])
    guard let action = word(required("action", fields, of: node), Outcome.Class.self) else { return nil }
    guard action == .dnat else {
      for key in ["backends", "masquerade"] {
        if let value = fields[key] { error("has a meaning with action dnat only", at: value) }
      }
      return FlowExpectation(action: action)
    }
    let list = required("backends", fields, of: node)
    var backends: [FlowBackend: Bool] = [:]
    for element in elements(list) {
      guard let backend = backend(element) else { continue }
      if let family, backend.address.family != family {
        error("\(backend) is of another address family than the flow", at: element)
      }
      if backends.updateValue(false, forKey: backend) != nil { error("\(backend) is given twice", at: element) }
    }
    if let list, list.kind == .list, list.elements.isEmpty { error("must not be empty", at: list) }
    if let value = required("masquerade", fields, of: node) { masquerade(value, &backends) }
    return FlowExpectation(action: .dnat, backends: backends)
  }

  private mutating func backend(_ node: DocumentNode) -> FlowBackend? {
    parsed(node, as: "an address and port such as 10.0.0.1:80 or [fd00::1]:80", FlowBackend.init)
  }

  /// True, false, or one of them for each backend.
  private mutating func masquerade(_ node: DocumentNode, _ backends: inout [FlowBackend: Bool]) {
    guard node.kind == .mapping else {
      guard node.kind == .boolean, let flag = flag(node) else {
        error("expected true, false or one of them for each backend", at: node)
        return
      }
      for backend in backends.keys { backends[backend] = flag }
      return
    }
    var missing = Set(backends.keys)
    for entry in node.entries {
      guard let backend = FlowBackend(entry.key), backends[backend] != nil else {
        error("is none of the backends", at: entry.keyNode)
        continue
      }
      if missing.remove(backend) == nil { error("\(backend) is given twice", at: entry.keyNode) }
      backends[backend] = flag(entry.value)
    }
    for backend in missing.sorted() { error("says nothing of \(backend)", at: node) }
  }

  private mutating func affinity(_ node: DocumentNode) -> AffinityExpectation? {
    let fields = fields(node, known: ["timeoutSeconds", "group"])
    // The longest a Service can ask for is a day.
    let timeout = integer(required("timeoutSeconds", fields, of: node), in: 1...86_400)
    let group = name(required("group", fields, of: node))
    guard let timeout, let group else { return nil }
    return AffinityExpectation(group: group, timeout: UInt64(timeout))
  }
}
