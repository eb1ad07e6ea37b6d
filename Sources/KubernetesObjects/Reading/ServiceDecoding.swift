import NetworkAddresses

extension ObjectDecoder {
  mutating func service() -> Service? {
    guard let metadata = metadata(namespaced: true, .label, annotations: Service.keepsAnnotation) else { return nil }
    var service = Service(name: metadata.name, position: metadata.position)
    service.labels = metadata.labels
    service.annotations = metadata.annotations
    var spec: Int?
    forEachField(of: root) { decoder, field, value in
      switch field {
      case .spec:
        spec = value
        decoder.serviceSpec(value, into: &service)
      case .status: decoder.serviceStatus(value, into: &service)
      default: break
      }
    }
    if let spec {
      checkService(service, spec: spec)
    } else {
      missing("spec", in: root)
    }
    return service
  }

  private mutating func serviceSpec(_ index: Int, into service: inout Service) {
    var clusterIP: Int?
    var clusterIPs: Int?
    var affinity: SessionAffinity?
    var affinitySeconds: UInt32 = 10800
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .type:
        service.kind = decoder.word(value) ?? .clusterIP
        service.fields.type = decoder.position(value)
      case .clusterIP:
        clusterIP = value
        service.fields.clusterIP = decoder.position(value)
      case .clusterIPs:
        clusterIPs = value
        service.fields.clusterIP = service.fields.clusterIP ?? decoder.position(value)
      case .ipFamilies: service.ipFamilies = decoder.families(value)
      case .ipFamilyPolicy: service.ipFamilyPolicy = decoder.word(value)
      case .ports: service.ports = decoder.servicePorts(value)
      case .externalIPs:
        decoder.forEachElement(of: value) { decoder, element in
          if let address = decoder.addressOrSkip(element, "FRONT-4") { service.externalIPs.append(address) }
        }
      case .loadBalancerSourceRanges:
        decoder.forEachElement(of: value) { decoder, element in
          if let range = decoder.sourceRange(element) { service.sourceRanges.append(range) }
        }
      case .allocateLoadBalancerNodePorts: service.allocatesNodePorts = decoder.boolean(value) ?? true
      case .internalTrafficPolicy:
        service.internalTrafficPolicy = decoder.word(value) ?? .cluster
        service.fields.internalTrafficPolicy = decoder.position(value)
      case .externalTrafficPolicy:
        service.externalTrafficPolicy = decoder.word(value) ?? .cluster
        service.fields.externalTrafficPolicy = decoder.position(value)
      case .sessionAffinity:
        affinity = decoder.word(value)
        service.fields.sessionAffinity = decoder.position(value)
      case .sessionAffinityConfig: affinitySeconds = decoder.affinityTimeout(value) ?? affinitySeconds
      case .healthCheckNodePort:
        service.healthCheckNodePort = decoder.number(value, in: 0...65535).map { UInt16(truncatingIfNeeded: $0) } ?? 0
        service.fields.healthCheckNodePort = decoder.position(value)
      case .selector:
        service.selector = decoder.dictionary(value)
        service.fields.selector = decoder.position(decoder.view.owner(value))
      case .publishNotReadyAddresses: service.publishNotReadyAddresses = decoder.boolean(value) ?? false
      case .externalName:
        if let name = decoder.string(value), !name.isEmpty {
          service.externalName = Located(name, at: decoder.position(value))
        }
      case .trafficDistribution: service.trafficDistribution = decoder.locatedString(value)
      case .loadBalancerIP: service.loadBalancerIP = decoder.locatedString(value)
      default: break
      }
    }
    if affinity == .clientIP { service.affinitySeconds = affinitySeconds }
    addClusterIPs(clusterIP: clusterIP, clusterIPs: clusterIPs, to: &service)
  }

  /// Nil for an empty string.
  private mutating func locatedString(_ index: Int) -> Located<String>? {
    nonEmptyString(index).map { Located($0, at: position(index)) }
  }

  private enum SessionAffinity: String, CaseIterable {
    case none = "None"
    case clientIP = "ClientIP"
  }

  private mutating func affinityTimeout(_ index: Int) -> UInt32? {
    var seconds: UInt32?
    forEachField(of: index) { decoder, field, value in
      guard field == .clientIP else { return }
      decoder.forEachField(of: value) { decoder, field, value in
        guard field == .timeoutSeconds else { return }
        seconds = decoder.number(value, in: 1...86400, topic: .affinityTimeout).map { UInt32(truncatingIfNeeded: $0) }
      }
    }
    return seconds
  }

  private mutating func families(_ index: Int) -> [IPFamily] {
    var families: [IPFamily] = []
    forEachElement(of: index) { decoder, element in
      guard let family = decoder.word(element, IPFamily.self) else {
        if decoder.view.kind(element) == .string, decoder.view[element].length == 0 {
          decoder.error(unknownWord("", among: IPFamily.allCases.map(\.rawValue)), at: element)
        }
        return
      }
      if families.contains(family) {
        decoder.error("\(family.rawValue) is given twice", at: element)
      } else {
        families.append(family)
      }
    }
    return families
  }

  // MARK: Cluster IPs

  private mutating func addClusterIPs(clusterIP: Int?, clusterIPs: Int?, to service: inout Service) {
    var single: Located<IPAddress>?
    if let clusterIP { single = clusterAddress(clusterIP, of: &service) }
    guard let clusterIPs else {
      if let single { service.clusterIPs = [single] }
      return
    }
    var listed: [Located<IPAddress>] = []
    var count = 0
    forEachElement(of: clusterIPs) { decoder, element in
      count += 1
      if count == 3 { decoder.error("more than two cluster IPs", at: element) }
      guard let address = decoder.clusterAddress(element, of: &service), count <= 2 else { return }
      if listed.contains(where: { $0.value.family == address.value.family }) {
        decoder.error("a second cluster IP of family \(address.value.family.rawValue)", at: element)
      }
      listed.append(address)
    }
    if let single, let first = listed.first, single.value != first.value, let clusterIP {
      error("\(single.value) is not the first of clusterIPs, \(first.value)", at: clusterIP)
    } else if service.isHeadless, let address = listed.first ?? single {
      error("a headless Service (None) cannot have the cluster IP \(address.value)", at: clusterIPs)
    }
    service.clusterIPs = service.isHeadless ? [] : listed.isEmpty ? single.map { [$0] } ?? [] : listed
  }

  /// Nil for `None` and for the empty string, which means not allocated (SEL-2).
  private mutating func clusterAddress(_ index: Int, of service: inout Service) -> Located<IPAddress>? {
    guard let text = text(index), !text.isEmpty else { return nil }
    if text.spells("None") {
      service.isHeadless = true
      return nil
    }
    return address(index)
  }

  // MARK: Ports

  private mutating func servicePorts(_ index: Int) -> [ServicePort] {
    var ports: [ServicePort] = []
    var names: Set<String> = []
    var numbers: Set<UInt32> = []
    var nodePorts: Set<UInt32> = []
    let isAlone = view.kind(index) == .sequence && view[index].length <= 1
    forEachElement(of: index) { decoder, element in
      guard let (port, places) = decoder.servicePort(element) else { return }
      if !isAlone {
        let transport = UInt32(port.transport.number) << 16
        if port.name.isEmpty {
          decoder.missing("name", in: element, "each of several ports needs one")
        } else if !names.insert(port.name).inserted, let place = places.name {
          decoder.error("\"\(port.name)\" is the name of an earlier port", at: place)
        }
        if !numbers.insert(transport | UInt32(port.port)).inserted {
          decoder.error("\(port.port)/\(port.transport.word) is an earlier port", at: places.port)
        }
        if port.nodePort != 0, !nodePorts.insert(transport | UInt32(port.nodePort)).inserted,
          let place = places.nodePort
        {
          decoder.error(
            "\(port.nodePort)/\(port.transport.word) is the node port of an earlier port", at: place,
            topic: .nodePortGivenTwice)
        }
      }
      ports.append(port)
    }
    return ports
  }

  /// Where the values of a port are written.
  private struct PortPlaces {
    var name: Int?
    var port: Int
    var nodePort: Int?
  }

  private mutating func servicePort(_ index: Int) -> (port: ServicePort, places: PortPlaces)? {
    var port = ServicePort(name: "", transport: .tcp, port: 0, position: position(index))
    var places = PortPlaces(name: nil, port: -1, nodePort: nil)
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .name:
        port.name = decoder.portLabel(value) ?? ""
        places.name = value
      case .protocol: port.transport = decoder.word(value) ?? .tcp
      case .port:
        port.port = decoder.port(value) ?? 0
        places.port = value
      case .nodePort:
        port.nodePort = decoder.number(value, in: 0...65535).map { UInt16(truncatingIfNeeded: $0) } ?? 0
        port.nodePortPosition = decoder.position(value)
        places.nodePort = value
      case .targetPort:
        port.targetPort = decoder.targetPort(value)
        port.targetPortPosition = decoder.position(value)
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    guard places.port >= 0 else {
      missing("port", in: index, "a number from 1 to 65535")
      return nil
    }
    return port.port == 0 ? nil : (port, places)
  }

  /// The name of a port of a Service or slice. Nil if it is none or empty.
  mutating func portLabel(_ index: Int) -> String? {
    guard let text = text(index), !text.isEmpty else { return nil }
    if !NameRules.isLabel(text) {
      error(
        "\"\(view.string(index).shortened)\" cannot name a port: at most 63 lower-case letters, digits and `-`, not at"
          + " either end", at: index)
    }
    return pool.string(text)
  }

  private mutating func targetPort(_ index: Int) -> TargetPort? {
    switch view.kind(index) {
    case .number:
      // Zero and the empty string are how older clients say that it is not set.
      if case .value(0) = WholeNumber(number: view.bytes(index)) { return nil }
      return port(index).map { .number($0) }
    case .string:
      let text = view.bytes(index)
      if text.isEmpty { return nil }
      if case .value(let number) = WholeNumber(text), (1...65535).contains(number) {
        error("expected a number or the name of a port, found a number in quotes; remove the quotes", at: index)
      } else if !NameRules.isPortName(text) {
        error(
          "\"\(view.string(index).shortened)\" cannot name a port of a Pod: at most 15 lower-case letters, digits and"
            + " single `-`, with a letter", at: index)
      }
      return .name(pool.string(text))
    default:
      expected("a number or the name of a port", at: index)
      return nil
    }
  }

  // MARK: Load balancers

  private mutating func sourceRange(_ index: Int) -> Located<IPPrefix>? {
    guard text(index) != nil else { return nil }
    let written = view.string(index)
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
    var trimmed = written.unicodeScalars[...]
    while let first = trimmed.first, blanks.contains(first) { trimmed.removeFirst() }
    while let last = trimmed.last, blanks.contains(last) { trimmed.removeLast() }
    guard let prefix = IPPrefix(String(trimmed)) else {
      warning("\"\(written.shortened)\" is not an address range; skipped (FW-1)", at: index, topic: .sourceRange)
      return nil
    }
    if prefix.description != written {
      warning("\"\(written.shortened)\" is read as \(prefix) (FW-1, FRONT-9)", at: index)
    }
    return Located(prefix, at: position(index))
  }

  private mutating func serviceStatus(_ index: Int, into service: inout Service) {
    forEachField(of: index) { decoder, field, value in
      guard field == .loadBalancer else { return }
      decoder.forEachField(of: value) { decoder, field, value in
        guard field == .ingress else { return }
        decoder.forEachElement(of: value) { decoder, element in
          if let ingress = decoder.ingress(element) { service.loadBalancerIngress.append(ingress) }
        }
      }
    }
  }

  private mutating func ingress(_ index: Int) -> LoadBalancerIngress? {
    var ingress = LoadBalancerIngress(address: nil, hostname: nil, mode: .vip, position: position(index))
    var hasBadAddress = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .ip:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        ingress.address = decoder.addressOrSkip(value, "FRONT-5")?.value
        hasBadAddress = ingress.address == nil
      case .hostname:
        if let hostname = decoder.string(value), !hostname.isEmpty { ingress.hostname = hostname }
      case .ipMode: ingress.mode = decoder.word(value) ?? .vip
      default: break
      }
    }
    guard view.kind(index) == .mapping, !hasBadAddress else { return nil }
    if ingress.address == nil {
      if let hostname = ingress.hostname {
        warning(
          "\(hostname.shortened) has no address; a proxy does not serve host names (FRONT-5)", at: index,
          topic: .loadBalancerHostname)
      } else {
        warning("has neither an address nor a host name; skipped (FRONT-5)", at: index)
        return nil
      }
    }
    return ingress
  }

  // MARK: The whole

  private mutating func checkService(_ service: Service, spec: Int) {
    guard view.kind(spec) == .mapping else { return }
    let ports = view.value(of: "ports", in: spec)
    let hasPorts = ports.map { view.kind($0) == .sequence ? view[$0].length > 0 : view.kind($0) != .null } ?? false
    if !hasPorts, !service.isHeadless, service.kind != .externalName {
      missing("ports", in: spec, "a Service that is neither headless nor ExternalName needs at least one")
    }
    if service.kind == .externalName, service.externalName == nil {
      warning("the Service is of type ExternalName and has no externalName", at: view.owner(spec))
    }
    for (family, address) in zip(service.ipFamilies, service.clusterIPs) where family != address.value.family {
      let place = view.value(of: "ipFamilies", in: spec) ?? spec
      error("\(family.rawValue) stands at the place of the cluster IP \(address.value)", at: place)
      break
    }
  }
}

extension Service {
  /// Annotations with no effect on rules that advice may speak of (FRONT-7).
  private static let keptAnnotations: [StaticString] = [
    "service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints",
    "service.beta.kubernetes.io/load-balancer-source-ranges",
    "service.alpha.kubernetes.io/tolerate-unready-endpoints",
  ]

  static func keepsAnnotation(_ name: UnsafeRawBufferPointer) -> Bool {
    name.spells(ignoredChecksAnnotation) || keptAnnotations.contains { name.spells($0) }
  }
}
