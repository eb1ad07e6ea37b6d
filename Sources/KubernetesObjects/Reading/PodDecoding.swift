import NetworkAddresses

extension ObjectDecoder {
  mutating func pod() -> Pod? {
    guard let metadata = metadata(namespaced: true, .subdomain) else { return nil }
    var pod = Pod(name: metadata.name, position: metadata.position)
    pod.labels = metadata.labels
    pod.isDeleting = metadata.isDeleting
    forEachField(of: root) { decoder, field, value in
      switch field {
      case .spec: decoder.podSpec(value, into: &pod)
      case .status: decoder.podStatus(value, into: &pod)
      default: break
      }
    }
    return pod
  }

  private mutating func podSpec(_ index: Int, into pod: inout Pod) {
    var containers: Int?
    var initContainers: Int?
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .containers: containers = value
      case .initContainers: initContainers = value
      case .hostNetwork: pod.usesHostNetwork = decoder.boolean(value) ?? false
      case .nodeName: pod.nodeName = decoder.nonEmptyString(value)
      case .hostname: pod.hostname = decoder.nonEmptyString(value)
      case .subdomain: pod.subdomain = decoder.nonEmptyString(value)
      default: break
      }
    }
    (pod.containerPorts, pod.declaresAllPorts) = containerPorts(containers, initContainers: initContainers)
  }

  /// The ports of containers that run as long as the Pod does, and whether each of `containers` has some.
  mutating func containerPorts(
    _ containers: Int?, initContainers: Int?
  ) -> (ports: [Pod.ContainerPort], areComplete: Bool) {
    var ports: [Pod.ContainerPort] = []
    var areComplete = containers != nil
    if let containers {
      forEachElement(of: containers) { decoder, element in
        let own = decoder.containerPorts(element, onlyRestartable: false)
        areComplete = areComplete && !own.isEmpty
        ports += own
      }
    }
    if let initContainers {
      forEachElement(of: initContainers) { decoder, element in
        ports += decoder.containerPorts(element, onlyRestartable: true)
      }
    }
    return (ports, areComplete)
  }

  /// - Parameter onlyRestartable: gives the ports only if the container runs as long as the Pod does.
  private mutating func containerPorts(_ index: Int, onlyRestartable: Bool) -> [Pod.ContainerPort] {
    var ports: [Pod.ContainerPort] = []
    var isRestartable = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .restartPolicy: isRestartable = decoder.string(value) == "Always"
      case .ports:
        decoder.forEachElement(of: value) { decoder, element in
          if let port = decoder.containerPort(element) { ports.append(port) }
        }
      default: break
      }
    }
    return onlyRestartable && !isRestartable ? [] : ports
  }

  private mutating func containerPort(_ index: Int) -> Pod.ContainerPort? {
    var port = Pod.ContainerPort(name: "", transport: .tcp, port: 0, position: position(index))
    var isGiven = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .name:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        port.name = decoder.pool.string(text)
        if !NameRules.isPortName(text) {
          decoder.error(
            "\"\(decoder.view.string(value).shortened)\" cannot name a port of a Pod: at most 15 lower-case letters, digits"
              + " and single `-`, with a letter", at: value)
        }
      case .protocol: port.transport = decoder.word(value) ?? .tcp
      case .containerPort:
        isGiven = true
        port.port = decoder.port(value) ?? 0
      default: break
      }
    }
    guard view.kind(index) == .mapping else { return nil }
    if !isGiven { missing("containerPort", in: index, "a number from 1 to 65535") }
    return port.port == 0 ? nil : port
  }

  private mutating func podStatus(_ index: Int, into pod: inout Pod) {
    var single: Located<IPAddress>?
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .phase: pod.phase = decoder.word(value)
      case .podIP:
        guard let text = decoder.text(value), !text.isEmpty else { break }
        single = decoder.address(value)
      case .podIPs:
        decoder.forEachElement(of: value) { decoder, element in
          decoder.forEachField(of: element) { decoder, field, value in
            if field == .ip, let address = decoder.address(value) { pod.addresses.append(address) }
          }
        }
      case .conditions:
        decoder.forEachElement(of: value) { decoder, element in
          if decoder.isTrueCondition("Ready", element) { pod.isReady = true }
        }
      default: break
      }
    }
    if pod.addresses.isEmpty, let single { pod.addresses = [single] }
  }

  private mutating func isTrueCondition(_ name: StaticString, _ index: Int) -> Bool {
    var isNamed = false
    var isTrue = false
    forEachField(of: index) { decoder, field, value in
      switch field {
      case .type: isNamed = decoder.text(value)?.spells(name) ?? false
      case .status: isTrue = decoder.text(value)?.spells("True") ?? false
      default: break
      }
    }
    return isNamed && isTrue
  }

  mutating func nonEmptyString(_ index: Int) -> String? {
    string(index).flatMap { $0.isEmpty ? nil : $0 }
  }
}
