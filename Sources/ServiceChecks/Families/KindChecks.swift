import KubernetesObjects
import NetworkAddresses

/// SVC6xx: fields that do not go with the kind of a Service.
enum KindChecks {
  static let externalNamePorts = Check(
    "SVC601", "ExternalNameHasPorts", .info, "an ExternalName Service with ports",
    what: "A Service of type ExternalName has `ports`.",
    why:
      "Cluster DNS answers with another name; nothing translates ports. Clients connect to the port they ask for. Some "
      + "Ingress controllers and meshes want the list nevertheless.",
    remedy: "Nothing if such a program wants it; make sure that `port` is the port of the external host.",
    advice: "Clients have to use the port of the external host.",
    example: """
      spec:
        type: ExternalName
        externalName: db.example.org
        ports: [{port: 5432, targetPort: 6432}]       # nobody translates that
      """)

  static let externalNameAddress = Check(
    "SVC602", "ExternalNameIsAnAddress", .warning, "an external name that is an IP address",
    what: "`externalName` is an IP address.",
    why: "It is handed out as a DNS name made of digits, which no resolver finds.",
    remedy: "Use a Service without a selector, and an EndpointSlice with the address.",
    advice: "Use a Service without a selector and an EndpointSlice with this address.",
    example: """
      spec:
        type: ExternalName
        externalName: 203.0.113.7
      """)

  static let externalNameInvalid = Check(
    "SVC603", "ExternalNameIsInvalid", .error, "an external name that is no DNS name",
    what: "`externalName` is no name that DNS could have: letters, digits, `-` and dots, at most 253 characters.",
    why: "An API server refuses the Service.",
    remedy: "Write a host name, without a scheme, a port or a path.",
    advice: "Write a host name, without a scheme, a port or a path.",
    example: """
      spec:
        type: ExternalName
        externalName: https://db.example.org/
      """)

  static let externalNameFields = Check(
    "SVC604", "ExternalNameHasOtherFields", .warning, "an ExternalName Service with fields of other kinds",
    what: "A Service of type ExternalName has a selector, a cluster IP, external IPs or node ports.",
    why: "They have no effect: there are no rules for such a Service. Mostly the type is left over from a test.",
    remedy: "Remove them, or set the type to ClusterIP and remove `externalName`.",
    advice: "Remove them, or set the type to ClusterIP.",
    example: """
      spec:
        type: ExternalName
        externalName: db.example.org
        selector: {app: db}
      """)

  static let headlessNodePort = Check(
    "SVC605", "HeadlessHasNodePort", .error, "a headless Service that is to be reached from outside",
    what: "A Service with `clusterIP: None` is of type NodePort or LoadBalancer, or has node ports.",
    why: "An API server refuses it; a proxy has no rules for it.",
    remedy: "Make two Services: a headless one for DNS, and another one with the same selector for clients outside.",
    advice: "Make two Services, one headless and one for clients outside.",
    example: """
      spec:
        clusterIP: None
        type: NodePort
      """)

  static let clusterIPNodePort = Check(
    "SVC606", "ClusterIPHasNodePort", .warning, "a node port of a Service that is of type ClusterIP",
    what: "A Service of type ClusterIP has a `nodePort`.",
    why: "An API server refuses it; proxies that are given it serve the node port.",
    remedy: "Set the type to NodePort, or remove `nodePort`.",
    advice: "Set the type to NodePort, or remove nodePort.",
    example: """
      spec:
        type: ClusterIP
        ports: [{port: 80, nodePort: 30080}]
      """)

  static let headlessFields = Check(
    "SVC607", "HeadlessHasOtherFields", .info, "a headless Service with fields that have no effect",
    what: "A headless Service has session affinity, external IPs, source ranges or a traffic policy.",
    why:
      "Clients of a headless Service connect to Pods themselves; nothing is in between that could heed these fields.",
    remedy: "Remove them, or `clusterIP: None`.",
    advice: "Remove them, or clusterIP: None.",
    example: """
      spec:
        clusterIP: None
        sessionAffinity: ClientIP
      """)

  static let checks = [
    externalNamePorts, externalNameAddress, externalNameInvalid, externalNameFields, headlessNodePort,
    clusterIPNodePort, headlessFields,
  ]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for service in cluster.services {
      if service.kind == .externalName {
        externalName(service, &findings)
      } else if service.isHeadless {
        headless(service, &findings)
      } else if service.kind == .clusterIP {
        for (index, port) in service.ports.enumerated() where port.nodePort != 0 {
          findings.append(
            Finding(
              clusterIPNodePort, service, field: "spec.ports[\(index)].nodePort", at: port.nodePortPosition,
              "\(port.nodePort) on a Service of type ClusterIP"))
        }
      }
    }
  }

  private static func externalName(_ service: Service, _ findings: inout [Finding]) {
    if let name = service.externalName {
      if let address = IPAddress(name.value) {
        findings.append(
          Finding(
            externalNameAddress, service, field: "spec.externalName", at: name.position,
            "\(address) is an address, and no name that DNS could follow"))
      } else if !isName(name.value) {
        findings.append(
          Finding(
            externalNameInvalid, service, field: "spec.externalName", at: name.position,
            "\"\(name.value)\" is no DNS name"))
      }
    }
    if let port = service.ports.first {
      findings.append(
        Finding(
          externalNamePorts, service, field: "spec.ports", at: port.position, "ports of an ExternalName have no effect")
      )
    }
    var others: [String] = []
    if !service.selector.isEmpty { others.append("selector") }
    if !service.clusterIPs.isEmpty || service.isHeadless { others.append("clusterIP") }
    if !service.externalIPs.isEmpty { others.append("externalIPs") }
    if service.ports.contains(where: { $0.nodePort != 0 }) { others.append("nodePort") }
    if !others.isEmpty {
      findings.append(
        Finding(
          externalNameFields, service, at: service.fields.selector ?? service.fields.clusterIP,
          "\(Wording.list(others, limit: 4)) of an ExternalName \(others.count == 1 ? "has" : "have") no effect"))
    }
  }

  /// As API servers check it: a subdomain of RFC 1123, a dot at the end is allowed.
  private static func isName(_ text: String) -> Bool {
    let text = text.hasSuffix(".") ? text.dropLast() : text[...]
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last, isInner(first), isInner(last) else {
        return false
      }
      return label.utf8.allSatisfy { isInner($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isInner(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func headless(_ service: Service, _ findings: inout [Finding]) {
    let nodePort = service.ports.first { $0.nodePort != 0 }
    if service.kind == .nodePort || service.kind == .loadBalancer {
      findings.append(
        Finding(
          headlessNodePort, service, field: "spec.type", at: service.fields.type,
          "clusterIP is None, and the type \(service.kind.rawValue)"))
    } else if let nodePort {
      findings.append(
        Finding(
          headlessNodePort, service, field: "spec.ports", at: nodePort.nodePortPosition,
          "clusterIP is None, and there is a node port \(nodePort.nodePort)"))
    }
    var others: [String] = []
    if service.affinitySeconds != nil { others.append("sessionAffinity") }
    if !service.externalIPs.isEmpty { others.append("externalIPs") }
    if !service.sourceRanges.isEmpty { others.append("loadBalancerSourceRanges") }
    if service.internalTrafficPolicy == .local { others.append("internalTrafficPolicy") }
    if service.externalTrafficPolicy == .local { others.append("externalTrafficPolicy") }
    if service.trafficDistribution != nil { others.append("trafficDistribution") }
    if !others.isEmpty {
      findings.append(
        Finding(
          headlessFields, service, at: service.fields.clusterIP,
          "\(Wording.list(others, limit: 6)) of a headless Service \(others.count == 1 ? "has" : "have") no effect"))
    }
  }
}
