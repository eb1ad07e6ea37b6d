import NetworkAddresses

extension ObjectDecoder {
  mutating func endpointSlice() -> EndpointSlice? {
    let metadata = metadata(namespaced: true, .subdomain) {
      $0.spells(EndpointSlice.triggerTimeAnnotation) || $0.spells(Service.ignoredChecksAnnotation)
    }
    guard let metadata else { return nil }
    guard let typeIndex = view.value(of: "addressType", in: root), view.kind(typeIndex) != .null else {
      missing("addressType", in: root, "one of IPv4, IPv6, FQDN")
      return nil
    }
    guard let type = word(typeIndex, EndpointSlice.AddressType.self) else {
      if view.kind(typeIndex) == .string, view[typeIndex].length == 0 {
        error("must not be empty; one of IPv4, IPv6, FQDN", at: typeIndex)
      }
      return nil
    }
    var slice = EndpointSlice(name: metadata.name, position: metadata.position, addressType: type)
    let owner = metadata.labels[EndpointSlice.serviceNameLabel] ?? ""
    slice.serviceName = owner.isEmpty ? nil : owner
    slice.isHeadless = metadata.labels[EndpointSlice.headlessLabel] != nil
    slice.lastChangeTriggerTime = metadata.annotations[EndpointSlice.triggerTimeAnnotation]?.value
    slice.ignoredChecks = metadata.annotations[Service.ignoredChecksAnnotation]
    if owner.isEmpty {
      warning(
        "the slice has no label \(EndpointSlice.serviceNameLabel) and belongs to no Service; ignored (EPS-1)",
        at: view.value(of: "metadata", in: root).map { view.owner($0) } ?? root)
    }
    if type == .fqdn { warning("a slice of host names is ignored (EPS-2)", at: typeIndex) }
    forEachField(of: root) { decoder, field, value in
      switch field {
      case .ports: slice.ports = decoder.slicePorts(value)
      case .endpoints: slice.endpoints = decoder.endpoints(value, type.family)
      default: break
      }
    }
    return slice
  }

  private mutating func slicePorts(_ index: Int) -> [EndpointPort] {
    var ports: [EndpointPort] = []
    var names: Set<String> = []
    forEachElement(of: index) { decoder, element in
      guard let port = decoder.slicePort(element) else { return }
      if decoder.view[index].length > 1, let name = port.name, !names.insert(name).inserted {
        decoder.warning("\"\(name)\" names an earlier port of this slice too", at: element)
      }
      ports.append(port)
    }
    return ports
  }

  private mutating func slicePort(_ index: Int) -> EndpointPort? {
    var port = EndpointPort(name: "", transport: .tcp, port: nil, position: position(index))
    forEachFieldOrNull(of: index) { decoder, field, value in
      let isNull = decoder.view.kind(value) == .null
      switch field {
      case .name where isNull:
        port.name = nil
        decoder.warning("a port whose name is null is skipped (EPS-4); write \"\" for none", at: value)
      case .name: port.name = decoder.portLabel(value) ?? ""
      case .protocol where !isNull: port.transport = decoder.word(value) ?? .tcp
      case .port where !isNull:
        let number = decoder.number(value, in: 0...65535)
        port.port = number.flatMap { $0 == 0 ? nil : UInt16(truncatingIfNeeded: $0) }
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    if port.port == nil, !hasMistypedPort(index) {
      warning("a port without a number is skipped (EPS-4)", at: index)
    }
    return port
  }

  /// Whether an error was reported for the number of a port, so that no warning is due.
  private func hasMistypedPort(_ index: Int) -> Bool {
    guard let value = view.value(of: "port", in: index), view.kind(value) != .null else { return false }
    return view.kind(value) != .number || WholeNumber(number: view.bytes(value)) != .value(0)
  }

  /// - Parameter family: nil for a slice of host names, of which only the form is checked.
  private mutating func endpoints(_ index: Int, _ family: IPFamily?) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    if view.kind(index) == .sequence {
      endpoints.reserveCapacity(Int(view[index].length))
      if view[index].length > 1000 {
        warning("\(view[index].length) endpoints; an API server accepts 1000 in a slice", at: index, topic: .sliceSize)
      }
    }
    forEachElement(of: index) { decoder, element in
      if let endpoint = decoder.endpoint(element, family) { endpoints.append(endpoint) }
    }
    return endpoints
  }

  private mutating func endpoint(_ index: Int, _ family: IPFamily?) -> Endpoint? {
    var endpoint = Endpoint(address: .unspecified(family ?? .ipv4), position: position(index))
    var hasAddress = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .addresses: hasAddress = decoder.endpointAddress(value, family, into: &endpoint)
      case .conditions: decoder.conditions(value, into: &endpoint)
      case .nodeName:
        if let name = decoder.string(value), !name.isEmpty { endpoint.nodeName = name }
      case .zone:
        if let zone = decoder.string(value), !zone.isEmpty { endpoint.zone = zone }
      case .hints: endpoint.hints = decoder.hints(value)
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    if view.value(of: "addresses", in: index).map({ view.kind($0) == .null }) ?? true {
      warning("an endpoint without an address is skipped (EPS-5)", at: index)
    }
    return hasAddress ? endpoint : nil
  }

  /// Takes the first address. False: there is none that can be used.
  private mutating func endpointAddress(_ index: Int, _ family: IPFamily?, into endpoint: inout Endpoint) -> Bool {
    guard view.kind(index) == .sequence else {
      expected("a list", at: index)
      return false
    }
    var addresses = view.elements(of: index)
    guard let first = addresses.next() else {
      warning("an endpoint without an address is skipped (EPS-5)", at: index)
      return false
    }
    if let second = addresses.next() { warning("only the first address of an endpoint is used (EPS-5)", at: second) }
    guard let family else {
      _ = text(first)
      return false
    }
    guard let address = address(first) else { return false }
    guard address.value.family == family else {
      error("\(address.value) is not \(family.rawValue), the addressType of the slice", at: first)
      return false
    }
    endpoint.address = address.value
    return true
  }

  /// Unset ones keep their defaults (EPC-1).
  private mutating func conditions(_ index: Int, into endpoint: inout Endpoint) {
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .ready: endpoint.isReady = decoder.boolean(value) ?? true
      case .serving: endpoint.isServing = decoder.boolean(value) ?? true
      case .terminating: endpoint.isTerminating = decoder.boolean(value) ?? false
      default: break
      }
    }
  }

  private mutating func hints(_ index: Int) -> EndpointHints {
    var hints = EndpointHints()
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .forNodes: hints.forNodes = decoder.hintNames(value)
      case .forZones: hints.forZones = decoder.hintNames(value)
      default: break
      }
    }
    return hints
  }

  private mutating func hintNames(_ index: Int) -> [String] {
    var names: [String] = []
    forEachElement(of: index) { decoder, element in
      var name: String?
      decoder.forEachField(of: element) { decoder, field, value in
        if field == .name { name = decoder.string(value) }
      }
      if let name { names.append(name) }
    }
    return names
  }
}

extension EndpointSlice {
  /// When the change that led to this state of the slice happened (MET-5).
  static let triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time"
}
