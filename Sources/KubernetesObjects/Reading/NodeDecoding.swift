import NetworkAddresses

extension ObjectDecoder {
  mutating func node() -> Node? {
    guard let metadata = metadata(namespaced: false, .subdomain) else { return nil }
    var node = Node(name: metadata.name.name, position: metadata.position)
    node.zone = metadata.labels[Node.zoneLabel].flatMap { $0.isEmpty ? nil : $0 }
    node.isDeleting = metadata.isDeleting
    forEachField(of: root) { decoder, field, value in
      switch field {
      case .spec: decoder.nodeSpec(value, into: &node)
      case .status:
        decoder.forEachField(of: value) { decoder, field, value in
          if field == .addresses { node.addresses = decoder.nodeAddresses(value) }
        }
      default: break
      }
    }
    return node
  }

  private mutating func nodeSpec(_ index: Int, into node: inout Node) {
    var single: Located<IPPrefix>?
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .podCIDR:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        single = decoder.prefix(value)
      case .podCIDRs: node.podCIDRs = decoder.prefixes(value)
      case .taints:
        decoder.forEachElement(of: value) { decoder, element in
          decoder.forEachField(of: element) { decoder, field, value in
            if field == .key, let key = decoder.string(value) { node.taintKeys.append(key) }
          }
        }
      default: break
      }
    }
    if node.podCIDRs.isEmpty, let single { node.podCIDRs = [single] }
  }

  private mutating func nodeAddresses(_ index: Int) -> [Located<IPAddress>] {
    var inside: [Located<IPAddress>] = []
    var outside: [Located<IPAddress>] = []
    forEachElement(of: index) { decoder, element in
      var type = ""
      var place: Int?
      decoder.forEachField(of: element) { decoder, field, value in
        switch field {
        case .type: type = decoder.string(value) ?? ""
        case .address: place = value
        default: break
        }
      }
      guard type == "InternalIP" || type == "ExternalIP" else { return }
      guard let place else {
        decoder.missing("address", in: element)
        return
      }
      guard let address = decoder.addressOrSkip(place, "no address of the node") else { return }
      if type == "InternalIP" { inside.append(address) } else { outside.append(address) }
    }
    return inside + outside
  }

  mutating func serviceCIDR() -> ServiceCIDR? {
    guard let metadata = metadata(namespaced: false, .subdomain) else { return nil }
    var object = ServiceCIDR(name: metadata.name.name, position: metadata.position, cidrs: [])
    var isGiven = false
    forEachField(of: root) { decoder, field, value in
      guard field == .spec else { return }
      decoder.forEachField(of: value) { decoder, field, value in
        guard field == .cidrs else { return }
        isGiven = decoder.view.kind(value) != .sequence || decoder.view[value].length > 0
        object.cidrs = decoder.prefixes(value)
      }
    }
    if !isGiven { missing("spec.cidrs", in: root, "one range per address family") }
    return object
  }

  private mutating func prefixes(_ index: Int) -> [Located<IPPrefix>] {
    var prefixes: [Located<IPPrefix>] = []
    var count = 0
    forEachElement(of: index) { decoder, element in
      count += 1
      if count == 3 { decoder.error("more than two ranges", at: element) }
      guard let prefix = decoder.prefix(element) else { return }
      if prefixes.contains(where: { $0.value.family == prefix.value.family }) {
        decoder.error("a second range of family \(prefix.value.family.rawValue)", at: element)
      }
      prefixes.append(prefix)
    }
    return prefixes
  }
}
