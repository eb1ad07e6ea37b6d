import NetworkAddresses

extension ObjectDecoder {
  mutating func endpoints() -> Endpoints? {
    let metadata = metadata(namespaced: true, .subdomain) { $0.spells(Endpoints.leaderAnnotation) }
    guard let metadata else { return nil }
    var endpoints = Endpoints(name: metadata.name, position: metadata.position)
    endpoints.skipsMirroring =
      metadata.labels[Endpoints.skipMirrorLabel] == "true" || !metadata.annotations.isEmpty
    forEachField(of: root) { decoder, field, value in
      guard field == .subsets else { return }
      decoder.forEachElement(of: value) { decoder, element in
        if let subset = decoder.subset(element) { endpoints.subsets.append(subset) }
      }
    }
    return endpoints
  }

  private mutating func subset(_ index: Int) -> Endpoints.Subset? {
    var subset = Endpoints.Subset(addresses: [], ports: [])
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .addresses: subset.addresses += decoder.subsetAddresses(value, ready: true)
      case .notReadyAddresses: subset.addresses += decoder.subsetAddresses(value, ready: false)
      case .ports:
        decoder.forEachElement(of: value) { decoder, element in
          if let port = decoder.subsetPort(element) { subset.ports.append(port) }
        }
      default: break
      }
    }
    return view.kind(index) == .mapping ? subset : nil
  }

  private mutating func subsetAddresses(_ index: Int, ready: Bool) -> [Endpoints.Address] {
    var addresses: [Endpoints.Address] = []
    forEachElement(of: index) { decoder, element in
      var address: Located<IPAddress>?
      var nodeName: String?
      var isGiven = false
      decoder.forEachField(of: element) { decoder, field, value in
        switch field {
        case .ip:
          isGiven = true
          address = decoder.address(value)
        case .nodeName: nodeName = decoder.nonEmptyString(value)
        default: break
        }
      }
      if let address {
        addresses.append(
          Endpoints.Address(
            address: address.value, nodeName: nodeName, isReady: ready, position: decoder.position(element)))
      } else if !isGiven, decoder.view.kind(element) == .mapping {
        decoder.missing("ip", in: element)
      }
    }
    return addresses
  }

  private mutating func subsetPort(_ index: Int) -> EndpointPort? {
    var port = EndpointPort(name: "", transport: .tcp, port: nil, position: position(index))
    var isGiven = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .name: port.name = decoder.portLabel(value) ?? ""
      case .protocol: port.transport = decoder.word(value) ?? .tcp
      case .port:
        isGiven = true
        port.port = decoder.port(value)
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    if !isGiven { missing("port", in: index, "a number from 1 to 65535") }
    return port
  }
}

extension Endpoints {
  static let skipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror"
  /// Objects that leader elections keep are no endpoints of a Service.
  static let leaderAnnotation: StaticString = "control-plane.alpha.kubernetes.io/leader"
}
