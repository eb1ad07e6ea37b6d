import KubernetesObjects
import NetworkAddresses
import Yams

/// Services and EndpointSlices from manifests.
enum ManifestReader {
  static func read(_ manifests: [Yams.Node], file: String) throws -> ObjectSet {
    var objects = ObjectSet()
    objects.files = [file]
    for manifest in manifests {
      let position = SourcePosition(
        file: 0, line: UInt32(manifest.mark?.line ?? 0), column: UInt32(manifest.mark?.column ?? 0))
      switch manifest["kind"]?.string {
      case "Service": objects.services.append(service(manifest, position))
      case "EndpointSlice": objects.slices.append(try slice(manifest, position))
      case let kind: throw TestDataError("\(file): kind \(kind ?? "missing")")
      }
    }
    return objects
  }

  private static func name(_ manifest: Yams.Node) -> NamespacedName {
    NamespacedName(
      namespace: manifest["metadata"]?["namespace"]?.string ?? "default",
      name: manifest["metadata"]?["name"]?.string ?? "")
  }

  private static func labels(_ manifest: Yams.Node) -> [String: String] {
    var labels: [String: String] = [:]
    for (key, value) in manifest["metadata"]?["labels"]?.mapping ?? [:] {
      labels[key.string ?? ""] = value.string ?? ""
    }
    return labels
  }

  private static func service(_ manifest: Yams.Node, _ position: SourcePosition) -> Service {
    var service = Service(name: name(manifest), position: position)
    service.labels = labels(manifest)
    guard let spec = manifest["spec"] else { return service }
    service.kind = spec["type"]?.string.flatMap(Service.Kind.init) ?? .clusterIP
    service.isHeadless = spec["clusterIP"]?.string == "None"
    let clusterIPs = spec["clusterIPs"]?.array() ?? spec["clusterIP"].map { [$0] } ?? []
    service.clusterIPs = clusterIPs.compactMap { $0.string.flatMap(IPAddress.init) }.map { Located($0, at: position) }
    service.ipFamilies = (spec["ipFamilies"]?.array() ?? []).compactMap { $0.string.flatMap(IPFamily.init) }
    service.ports = (spec["ports"]?.array() ?? []).map { port in
      ServicePort(
        name: port["name"]?.string ?? "", transport: transport(port), port: UInt16(port["port"]?.int ?? 0),
        nodePort: UInt16(port["nodePort"]?.int ?? 0), position: position)
    }
    service.externalIPs = (spec["externalIPs"]?.array() ?? [])
      .compactMap { $0.string.flatMap(IPAddress.init) }.map { Located($0, at: position) }
    service.sourceRanges = (spec["loadBalancerSourceRanges"]?.array() ?? [])
      .compactMap { $0.string.map(trimmed).flatMap(IPPrefix.init) }.map { Located($0, at: position) }
    service.internalTrafficPolicy =
      spec["internalTrafficPolicy"]?.string.flatMap(Service.TrafficPolicy.init) ?? .cluster
    service.externalTrafficPolicy =
      spec["externalTrafficPolicy"]?.string.flatMap(Service.TrafficPolicy.init) ?? .cluster
    if spec["sessionAffinity"]?.string == "ClientIP" {
      let seconds = spec["sessionAffinityConfig"]?["clientIP"]?["timeoutSeconds"]?.int
      service.affinitySeconds = UInt32(seconds ?? 10800)
    }
    service.healthCheckNodePort = UInt16(spec["healthCheckNodePort"]?.int ?? 0)
    service.loadBalancerIngress = (manifest["status"]?["loadBalancer"]?["ingress"]?.array() ?? []).map { entry in
      LoadBalancerIngress(
        address: entry["ip"]?.string.flatMap(IPAddress.init), hostname: entry["hostname"]?.string,
        mode: entry["ipMode"]?.string.flatMap(LoadBalancerIngress.Mode.init) ?? .vip, position: position)
    }
    return service
  }

  private static func trimmed(_ text: String) -> String {
    String(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  private static func transport(_ port: Yams.Node) -> TransportProtocol {
    port["protocol"]?.string.flatMap(TransportProtocol.init) ?? .tcp
  }

  private static func slice(_ manifest: Yams.Node, _ position: SourcePosition) throws -> EndpointSlice {
    guard let type = manifest["addressType"]?.string.flatMap(EndpointSlice.AddressType.init) else {
      throw TestDataError("\(name(manifest)): no addressType")
    }
    var slice = EndpointSlice(name: name(manifest), position: position, addressType: type)
    let labels = labels(manifest)
    slice.serviceName = labels[EndpointSlice.serviceNameLabel].flatMap { $0.isEmpty ? nil : $0 }
    slice.isHeadless = labels[EndpointSlice.headlessLabel] != nil
    slice.ports = (manifest["ports"]?.array() ?? []).map { port in
      let name: String? = port["name"].map { $0.null != nil ? nil : $0.string } ?? ""
      let number = port["port"]?.int ?? 0
      return EndpointPort(
        name: name, transport: transport(port), port: number == 0 ? nil : UInt16(number), position: position)
    }
    slice.endpoints = (manifest["endpoints"]?.array() ?? []).compactMap { entry in
      guard let address = entry["addresses"]?.array().first?.string.flatMap(IPAddress.init) else { return nil }
      var endpoint = Endpoint(address: address, position: position)
      endpoint.isReady = entry["conditions"]?["ready"]?.bool ?? true
      endpoint.isServing = entry["conditions"]?["serving"]?.bool ?? true
      endpoint.isTerminating = entry["conditions"]?["terminating"]?.bool ?? false
      endpoint.nodeName = entry["nodeName"]?.string
      if let hints = entry["hints"] {
        func names(_ key: String) -> [String] {
          (hints[key]?.array() ?? []).compactMap { $0["name"]?.string }
        }
        endpoint.hints = EndpointHints(forNodes: names("forNodes"), forZones: names("forZones"))
      }
      return endpoint
    }
    return slice
  }
}
