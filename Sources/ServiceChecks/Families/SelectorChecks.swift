import KubernetesObjects
import NetworkAddresses

/// SVC1xx: which Pods a selector finds, and whether they have the ports that a Service leads to.
enum SelectorChecks {
  static let noPod = Check(
    "SVC101", "SelectorMatchesNoPod", .warning, "the selector matches no Pod",
    what: "No Pod in the namespace of the Service, and no workload that makes Pods, has all the labels that "
      + "`spec.selector` asks for. Looked for only where the input has Pods or workloads.",
    why: "The Service has no endpoints: every connection to it is refused.",
    remedy: "Compare `spec.selector` with `spec.template.metadata.labels` of the workload (not with the labels of the "
      + "workload itself), and the namespaces of both. The finding names the labels that are nearest.",
    advice: "Make spec.selector and the labels of the Pods the same.",
    example: """
      kind: Service
      spec:
        selector: {app: web, tier: frontend}
      ---
      kind: Deployment
      spec:
        template:
          metadata:
            labels: {app: web, tier: front-end}
      """)

  static let undeclaredPort = Check(
    "SVC102", "TargetPortIsUndeclared", .warning, "a target port that no container declares",
    what:
      "`targetPort` is a number, every container of the selected Pods declares ports, and none declares this number "
      + "with this protocol. A Pod with a container that declares nothing is passed over.",
    why: "Declarations do not open ports, so that it may work; mostly the number is a typing mistake, and connections "
      + "are refused by the Pod.",
    remedy: "Lead to the port that the container listens on, or declare it under `ports` of the container. Without "
      + "`targetPort` the number of `port` is used.",
    advice: "Lead to the port that the container listens on, or declare it.",
    example: """
      kind: Service
      spec:
        ports: [{port: 80}]                   # means targetPort: 80
      ---
      kind: Deployment
      spec: ... containers: [{ports: [{containerPort: 8080}]}]
      """)

  static let unknownPortName = Check(
    "SVC103", "TargetPortNameIsUnknown", .error, "a target port name that no selected Pod has",
    what: "`targetPort` is a name, and no container of the selected Pods has a port of that name and protocol.",
    why:
      "The EndpointSlices get no such port: the Service port has no endpoints, and every connection to it is refused.",
    remedy: "Use a name under `ports` of a container; its protocol has to be that of the Service port.",
    advice: "Use the name of a container port with the same protocol.",
    example: """
      kind: Service
      spec:
        ports: [{port: 80, targetPort: http}]
      ---
      kind: Deployment
      spec: ... containers: [{ports: [{name: web, containerPort: 8080}]}]
      """)

  static let missingPortName = Check(
    "SVC104", "TargetPortNameIsMissingInSomePods", .warning, "a target port name that some selected Pods lack",
    what: "`targetPort` is a name that some of the selected Pods have, and others do not.",
    why: "Those without it are no endpoints of this Service port: they get no traffic.",
    remedy: "Give the port its name in all workloads that the selector matches, or make the selector narrower.",
    advice: "Name the port in all of them, or make the selector narrower.",
    example: """
      kind: Service
      spec:
        selector: {app: web}                  # matches web and its canary
        ports: [{port: 80, targetPort: http}] # the canary calls it web
      """)

  static let checks = [noPod, undeclaredPort, unknownPortName, missingPortName]

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    guard !cluster.carriers.isEmpty else { return }
    var nearest = NearestLabels(cluster.carriers)
    for service in cluster.services where service.kind != .externalName && !service.selector.isEmpty {
      let carriers = cluster.carriers(of: service)
      if carriers.isEmpty {
        guard !cluster.matchesAny(service), !hasForeignEndpoints(service, cluster) else { continue }
        findings.append(
          Finding(
            noPod, service, field: "spec.selector", at: service.fields.selector,
            "no Pod in namespace \(service.name.namespace) has \(labels(service.selector))",
            advice: nearest.advice(for: service)))
      } else if !service.isHeadless {
        for index in service.ports.indices {
          if let finding = port(index, of: service, carriers) { findings.append(finding) }
        }
      }
    }
  }

  /// Whether the input says of endpoints that are there already: then it has but a part of the Pods.
  private static func hasForeignEndpoints(_ service: Service, _ cluster: CheckedCluster) -> Bool {
    cluster.slices(of: service).contains { !$0.endpoints.isEmpty }
  }

  // MARK: - Ports

  private static func port(_ index: Int, of service: Service, _ carriers: [PodCarrier]) -> Finding? {
    let port = service.ports[index]
    let field = "spec.ports[\(index)].targetPort"
    let position = port.targetPortPosition ?? port.position
    if case .name(let name) = port.targetPort {
      let lacking = carriers.filter { carrier in
        !carrier.pod.containerPorts.contains { $0.name == name && $0.transport == port.transport }
      }
      if lacking.isEmpty { return nil }
      if lacking.count < carriers.count {
        return Finding(
          missingPortName, service, field: field, at: position,
          "\(lacking.count) of \(carriers.count) have no \(port.transport.rawValue) port named \(name): "
            + Wording.list(lacking.map(\.title)))
      }
      return Finding(
        unknownPortName, service, field: field, at: position,
        "no container of \(subject(carriers)) has a \(port.transport.rawValue) port named \(name); "
          + declared(carriers),
        advice: nearestName(name, port.transport, carriers))
    }
    var number = port.port
    if case .number(let target) = port.targetPort { number = target }
    let isUndeclared = carriers.allSatisfy { carrier in
      carrier.pod.declaresAllPorts
        && !carrier.pod.containerPorts.contains { $0.port == number && $0.transport == port.transport }
    }
    guard isUndeclared else { return nil }
    let meaning = port.targetPort == nil ? " (the number of port, for want of a targetPort)" : ""
    return Finding(
      undeclaredPort, service, field: field, at: position,
      "no container of \(subject(carriers)) declares \(number)/\(port.transport.rawValue)\(meaning); "
        + declared(carriers))
  }

  private static func subject(_ carriers: [PodCarrier]) -> String {
    carriers.count == 1 ? carriers[0].title : "the \(carriers.count) selected Pods"
  }

  private static func declared(_ carriers: [PodCarrier]) -> String {
    var seen: Set<String> = []
    let ports = carriers.flatMap(\.pod.containerPorts).map { port in
      "\(port.port)/\(port.transport.rawValue)" + (port.name.isEmpty ? "" : " \(port.name)")
    }.filter { seen.insert($0).inserted }
    return ports.isEmpty ? "no port is declared" : "declared: " + Wording.list(ports, limit: 6)
  }

  private static func nearestName(
    _ name: String, _ transport: TransportProtocol, _ carriers: [PodCarrier]
  ) -> String? {
    let ports = carriers.flatMap(\.pod.containerPorts)
    if let other = ports.first(where: { $0.name == name && $0.transport != transport }) {
      return "The port of that name is \(other.transport.rawValue): give the Service port the same protocol."
    }
    let names = Set(ports.filter { $0.transport == transport }.map(\.name)).filter { !$0.isEmpty }.sorted()
    return nearestWord(to: name, among: names).map { "Use \($0), or name a container port \(name)." }
  }

  /// `app=web and tier=front`
  static func labels(_ labels: [String: String]) -> String {
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return pairs.count > 1 ? pairs.dropLast().joined(separator: ", ") + " and " + (pairs.last ?? "") : pairs.joined()
  }
}
