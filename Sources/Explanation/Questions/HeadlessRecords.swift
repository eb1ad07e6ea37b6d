import KubernetesObjects
import NetworkAddresses

/// What cluster DNS answers for a headless Service, by the DNS specification of Kubernetes; where that leaves a choice,
/// as CoreDNS.
struct HeadlessRecords {
  let cluster: Cluster
  let service: Service
  let clusterDomain: String
  /// Asks for one endpoint by its hostname.
  var hostname: String?

  private var zone: String { "\(service.name.name).\(service.name.namespace).svc.\(clusterDomain)." }

  func answer(port: DestinationQuery.Port?) -> NameAnswer.Headless {
    // Headless Services have slices with the label that proxies skip (EPS-11).
    let slices = cluster.objects.slices.filter { $0.owner == service.name && $0.addressType.family != nil }
    let endpoints = cluster.endpoints(in: slices) { _ in true }
    // Slices of a Service without ports have none either.
    let portless = slices.filter { $0.ports.isEmpty }.flatMap(\.endpoints)
      .map { EndpointFacts($0, port: 0, zone: $0.zone) }
    // The slice says ready for endpoints that are published all the same (EPC-4).
    let published = (endpoints + portless).filter {
      $0.isReady && (hostname == nil || self.hostname(of: $0) == hostname)
    }
    let ports = endpointPorts(port, slices)
    return NameAnswer.Headless(
      service: service.name, endpoints: endpoints + portless, publishesNotReady: service.publishNotReadyAddresses,
      records: addressRecords(published) + serviceRecords(published, slices), askedPort: ports.asked,
      endpointPorts: ports.endpoints)
  }

  private func addressRecords(_ endpoints: [EndpointFacts]) -> [DNSRecord] {
    var seen: Set<IPAddress> = []
    return endpoints.filter { seen.insert($0.address).inserted }.map {
      DNSRecord(
        name: (hostname.map { "\($0)." } ?? "") + zone, kind: $0.address.family == .ipv4 ? .a : .aaaa,
        value: $0.address.description)
    }
  }

  /// For each named port, one record an endpoint.
  private func serviceRecords(_ endpoints: [EndpointFacts], _ slices: [EndpointSlice]) -> [DNSRecord] {
    guard hostname == nil else { return [] }
    let ready = Set(endpoints.map(\.address))
    return service.ports.filter { !$0.name.isEmpty }.flatMap { port -> [DNSRecord] in
      let targets = cluster.endpoints(in: slices) { $0.name == port.name && $0.transport == port.transport }
        .filter { $0.isReady && ready.contains($0.address) }
      return targets.map {
        DNSRecord(
          name: "_\(port.name)._\(port.transport.word).\(zone)", kind: .srv,
          value: "0 \(max(1, 100 / targets.count)) \($0.port) \(hostname(of: $0)).\(zone)")
      }
    }
  }

  /// The hostname of its Pod where that has this subdomain, else made from the address.
  private func hostname(of endpoint: EndpointFacts) -> String {
    if let name = endpoint.pod, let pod = cluster.objects.pods.first(where: { $0.name == name }),
      let hostname = pod.hostname, pod.subdomain == service.name.name
    {
      return hostname
    }
    return String(endpoint.address.description.map { $0 == "." || $0 == ":" ? "-" : $0 })
  }

  private func endpointPorts(
    _ query: DestinationQuery.Port?, _ slices: [EndpointSlice]
  ) -> (asked: UInt16?, endpoints: [UInt16]) {
    let port: ServicePort? =
      switch query {
      case .number(let number): service.ports.first { $0.port == number }
      case .name(let name): service.ports.first { $0.name == name }
      case nil: service.ports.count == 1 ? service.ports.first : nil
      }
    let asked: UInt16? = if case .number(let number) = query { number } else { port?.port }
    let wanted = slices.flatMap(\.ports).filter { candidate in
      port.map { candidate.name == $0.name && candidate.transport == $0.transport } ?? true
    }
    return (asked, Set(wanted.compactMap(\.port)).sorted())
  }
}
