import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// Writes a cluster as a conformance case, without flows, or as manifests.
public enum CaseText {
  /// - Parameter flows: the lines of the `flows` list, ready to be written.
  public static func text(_ cluster: GeneratedCluster, name: String, flows: [String]) -> String {
    var lines = ["name: \(name)", "modes: [iptables, nftables]", "config:"]
    lines += configuration(cluster.configuration).map { "  " + $0 }
    lines.append("objects:")
    for service in cluster.objects.services { lines += item(self.service(service)) }
    for slice in cluster.objects.slices { lines += item(self.slice(slice)) }
    lines.append("flows:")
    for flow in flows { lines.append("- " + flow) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The Services and EndpointSlices as manifests, one a text.
  public static func manifests(_ objects: ObjectSet) -> [String] {
    (objects.services.map(service) + objects.slices.map(slice)).map { $0.joined(separator: "\n") + "\n" }
  }

  private static func item(_ lines: [String]) -> [String] {
    lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
  }

  private static func list(_ values: some Sequence<some CustomStringConvertible>) -> String {
    "[" + values.map { quoted($0.description) }.joined(separator: ", ") + "]"
  }

  private static func quoted(_ text: String) -> String {
    text.contains(":") || text.isEmpty ? "'\(text)'" : text
  }

  private static func configuration(_ configuration: NodeConfiguration) -> [String] {
    var lines = [
      "nodeName: \(configuration.nodeName)", "nodeIPs: \(list(configuration.nodeIPs))",
      "interfaceIPs: \(list(configuration.interfaceAddresses))", "serviceCIDRs: \(list(configuration.serviceCIDRs))",
    ]
    if let zone = configuration.zone { lines.append("nodeZone: \(zone)") }
    let detectLocal =
      switch configuration.detectLocal {
      case .clusterCIDR(let prefixes): "detectLocal: {mode: ClusterCIDR, cidrs: \(list(prefixes))}"
      case .nodeCIDR(let prefixes): "detectLocal: {mode: NodeCIDR, cidrs: \(list(prefixes))}"
      case .bridgeInterface(let name): "detectLocal: {mode: BridgeInterface, interface: \(name)}"
      case .interfaceNamePrefix(let name): "detectLocal: {mode: InterfaceNamePrefix, interface: \(name)}"
      case .none: "detectLocal: {mode: None}"
      }
    lines.append(detectLocal)
    if let entries = configuration.nodePortAddresses {
      let words = entries.map { entry in
        switch entry {
        case .prefix(let prefix): prefix.description
        case .primary: "primary"
        case .localhost: "localhost"
        case .all: "all"
        }
      }
      lines.append("nodePortAddresses: \(list(words))")
    }
    if configuration.masqueradeAll { lines.append("masqueradeAll: true") }
    if !configuration.localhostNodePorts { lines.append("localhostNodePorts: false") }
    if configuration.conntrackTCPLiberal { lines.append("conntrackTCPLiberal: true") }
    return lines
  }

  private static func service(_ service: Service) -> [String] {
    var lines = [
      "apiVersion: v1", "kind: Service", "metadata:", "  name: \(service.name.name)",
      "  namespace: \(service.name.namespace)",
    ]
    if !service.labels.isEmpty {
      lines.append(
        "  labels: {" + service.labels.map { "\($0.key): \(quoted($0.value))" }.sorted().joined(separator: ", ") + "}")
    }
    lines += ["spec:", "  type: \(service.kind.rawValue)"]
    if service.isHeadless { lines.append("  clusterIP: None") }
    if let first = service.clusterIPs.first {
      lines += [
        "  clusterIP: \(quoted(first.value.description))", "  clusterIPs: \(list(service.clusterIPs.map(\.value)))",
        "  ipFamilies: \(list(service.ipFamilies.map(\.rawValue)))",
      ]
    }
    lines.append("  ports:")
    for port in service.ports {
      let nodePort = port.nodePort == 0 ? "" : ", nodePort: \(port.nodePort)"
      lines.append(
        "  - {name: \(quoted(port.name)), protocol: \(port.transport.rawValue), port: \(port.port)\(nodePort)}")
    }
    lines.append("  internalTrafficPolicy: \(service.internalTrafficPolicy.rawValue)")
    lines.append("  externalTrafficPolicy: \(service.externalTrafficPolicy.rawValue)")
    if service.healthCheckNodePort != 0 { lines.append("  healthCheckNodePort: \(service.healthCheckNodePort)") }
    if !service.externalIPs.isEmpty { lines.append("  externalIPs: \(list(service.externalIPs.map(\.value)))") }
    if !service.sourceRanges.isEmpty {
      lines.append("  loadBalancerSourceRanges: \(list(service.sourceRanges.map(\.value)))")
    }
    if let seconds = service.affinitySeconds {
      lines += ["  sessionAffinity: ClientIP", "  sessionAffinityConfig: {clientIP: {timeoutSeconds: \(seconds)}}"]
    }
    if !service.loadBalancerIngress.isEmpty {
      lines += ["status:", "  loadBalancer:", "    ingress:"]
      for entry in service.loadBalancerIngress {
        lines.append("    - {ip: \(quoted(entry.address?.description ?? "")), ipMode: \(entry.mode.rawValue)}")
      }
    }
    return lines
  }

  private static func slice(_ slice: EndpointSlice) -> [String] {
    var lines = [
      "apiVersion: discovery.k8s.io/v1", "kind: EndpointSlice", "metadata:", "  name: \(slice.name.name)",
      "  namespace: \(slice.name.namespace)", "  labels:",
      "    \(EndpointSlice.serviceNameLabel): \(quoted(slice.serviceName ?? ""))",
    ]
    if slice.isHeadless { lines.append("    \(EndpointSlice.headlessLabel): ''") }
    lines += ["addressType: \(slice.addressType.rawValue)", "ports:"]
    for port in slice.ports {
      let name = port.name.map(quoted) ?? "null"
      let number = port.port.map(String.init) ?? "null"
      lines.append("- {name: \(name), protocol: \(port.transport.rawValue), port: \(number)}")
    }
    lines.append("endpoints:")
    for endpoint in slice.endpoints {
      var fields = [
        "addresses: \(list([endpoint.address]))",
        "conditions: {ready: \(endpoint.isReady), serving: \(endpoint.isServing), "
          + "terminating: \(endpoint.isTerminating)}",
      ]
      if let node = endpoint.nodeName { fields.append("nodeName: \(node)") }
      if let hints = endpoint.hints {
        func names(_ values: [String]) -> String { "[" + values.map { "{name: \($0)}" }.joined(separator: ", ") + "]" }
        fields.append("hints: {forNodes: \(names(hints.forNodes)), forZones: \(names(hints.forZones))}")
      }
      lines.append("- {" + fields.joined(separator: ", ") + "}")
    }
    return lines
  }
}
