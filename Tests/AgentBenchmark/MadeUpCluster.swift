#if Agent && os(Linux)
  import APIServerStandIn
  import Foundation

  /// Services with endpoints, with all the members a real API server sends of them: managed fields, owners, Pods.
  struct MadeUpCluster {
    static let nodeName = "node-00001"
    /// Ports on which backends of steady Services listen.
    static let steadyPort = 8080

    let services: Int
    private let hasAffinity: Bool
    let stored = StandInCluster()
    /// The numbers that addresses of endpoints are made of, by Service.
    private var endpoints: [[Int]]
    private var nextEndpoint: Int

    /// - Parameter hasAffinity: whether each twentieth Service has session affinity.
    init(services: Int, endpoints count: Int, hasAffinity: Bool = true) {
      self.services = services
      self.hasAffinity = hasAffinity
      endpoints = (0..<services).map { service in (0..<count).map { service * count + $0 } }
      nextEndpoint = services * count
      stored.put(.range("kubernetes", "10.96.0.0/12"))
      stored.put(.node(Self.nodeName, zone: "zone-a"))
      for index in 0..<services {
        stored.put(service(index))
        stored.put(slice(index))
      }
    }

    /// Services that are never changed, whose backends are on this machine.
    ///
    /// - Returns: their cluster IPs and protocols; the port is 80.
    func addSteadyServices() -> [(address: String, isDatagram: Bool)] {
      (0..<6).map { index in
        let address = "10.111.255.\(index + 1)"
        let isDatagram = index >= 4
        let transport = isDatagram ? "UDP" : "TCP"
        stored.put(
          StandInObject(
            StandInObject.ID(.services, "steady", "steady-\(index)"), fields: ["spec.clusterIP": address],
            members: """
              "spec":{"ports":[{"name":"echo","protocol":"\(transport)","port":80,"targetPort":8080}],\
              "clusterIP":"\(address)","clusterIPs":["\(address)"],"type":"ClusterIP"}
              """))
        let backends = PrivateNetwork.backends.map { "{\"addresses\":[\"\($0)\"],\"conditions\":{\"ready\":true}}" }
        stored.put(
          StandInObject(
            StandInObject.ID(.endpointslices, "steady", "steady-\(index)-slice"),
            labels: ["kubernetes.io/service-name": "steady-\(index)"],
            members: """
              "addressType":"IPv4","endpoints":[\(backends.joined(separator: ","))],\
              "ports":[{"name":"echo","protocol":"\(transport)","port":\(Self.steadyPort)}]
              """))
        return (address, isDatagram)
      }
    }

    // MARK: - Changes

    enum Change: CaseIterable {
      case endpointReplaced
      case endpointCount
      /// The slice goes, or comes back.
      case slice
    }

    mutating func apply(_ change: Change, to index: Int) {
      switch change {
      case .endpointReplaced:
        guard !endpoints[index].isEmpty else { return restore(index) }
        endpoints[index][nextEndpoint % endpoints[index].count] = nextEndpoint
      case .endpointCount:
        if endpoints[index].count % 2 == 0 {
          endpoints[index].append(nextEndpoint)
        } else {
          endpoints[index].removeLast()
        }
      case .slice:
        guard !endpoints[index].isEmpty else { return restore(index) }
        endpoints[index] = []
        stored.remove(StandInObject.ID(.endpointslices, namespace(index), "\(name(index))-slice"))
        return
      }
      nextEndpoint += 1
      stored.put(slice(index))
    }

    /// To all watches, as an API server does about every minute.
    func sendBookmarks() { stored.sendBookmarks() }

    private mutating func restore(_ index: Int) {
      endpoints[index] = (0..<10).map { nextEndpoint + $0 }
      nextEndpoint += 10
      stored.put(slice(index))
    }

    // MARK: - Objects

    private func name(_ index: Int) -> String { "service-" + digits(index, 5) }

    private func namespace(_ index: Int) -> String { "team-" + digits(index / 100, 3) }

    private func digits(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private func uid(_ number: Int) -> String {
      let text = String(UInt64(number) &* 0x9e37_79b9_7f4a_7c15 | 1 << 63, radix: 16)
      return "\(text.prefix(8))-\(text.suffix(4))-4a1b-a2c3-\(text.suffix(12))"
    }

    private func service(_ index: Int) -> StandInObject {
      let name = name(index)
      let address = "10.\(96 + (index + 256) / 65536).\((index + 256) / 256 % 256).\(index % 256)"
      let type = index % 10 == 3 ? "NodePort" : index % 20 == 7 ? "LoadBalancer" : "ClusterIP"
      let nodePort = type == "ClusterIP" ? "" : ",\"nodePort\":\(10_000 + index)"
      let external = type == "ClusterIP" ? "" : ",\"externalTrafficPolicy\":\"Cluster\""
      let ingress =
        type == "LoadBalancer"
        ? "\"ingress\":[{\"ip\":\"203.\(index / 65536).\(index / 256 % 256).\(index % 256)\",\"ipMode\":\"VIP\"}]" : ""
      let affinity =
        hasAffinity && index % 20 == 11
        ? "\"ClientIP\",\"sessionAffinityConfig\":{\"clientIP\":{\"timeoutSeconds\":10800}}" : "\"None\""
      return StandInObject(
        StandInObject.ID(.services, namespace(index), name),
        labels: [
          "app.kubernetes.io/instance": name, "app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/name": name,
          "helm.sh/chart": "service-1.4.2",
        ],
        fields: ["spec.clusterIP": address],
        metadata: """
          ,"uid":"\(uid(index))","creationTimestamp":"2026-09-01T10:00:00Z",\
          "annotations":{"meta.helm.sh/release-name":"\(name)","meta.helm.sh/release-namespace":"\(namespace(index))"},\
          "managedFields":[{"manager":"helm","operation":"Update","apiVersion":"v1","time":"2026-09-01T10:00:00Z",\
          "fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},"f:meta.helm.sh/release-name":{},\
          "f:meta.helm.sh/release-namespace":{}},"f:labels":{".":{},"f:app.kubernetes.io/instance":{},\
          "f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},"f:helm.sh/chart":{}}},"f:spec":{\
          "f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},\
          "f:appProtocol":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},\
          "f:sessionAffinity":{},"f:type":{}}}}]
          """,
        members: """
          "spec":{"ports":[{"name":"http","protocol":"TCP","appProtocol":"kubernetes.io/h2c","port":80,\
          "targetPort":\(8000 + index % 1000)\(nodePort)}],"selector":{"app.kubernetes.io/name":"\(name)"},\
          "clusterIP":"\(address)","clusterIPs":["\(address)"],"type":"\(type)","sessionAffinity":\(affinity)\(external),\
          "ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","internalTrafficPolicy":"Cluster"},\
          "status":{"loadBalancer":{\(ingress)}}
          """)
    }

    private func slice(_ index: Int) -> StandInObject {
      let (name, namespace) = (name(index), namespace(index))
      let time = Date.now.formatted(.iso8601)
      let endpoints = endpoints[index].map { number in
        """
        {"addresses":["10.\(128 + number / 65536 % 128).\(number / 256 % 256).\(number % 256)"],\
        "conditions":{"ready":true,"serving":true,"terminating":false},"targetRef":{"kind":"Pod",\
        "namespace":"\(namespace)","name":"\(name)-5d4f8c7b9-\(digits(number, 6))","uid":"\(uid(number))"},\
        "nodeName":"node-\(digits(number % 100 + 1, 5))","zone":"zone-\(["a", "b", "c"][number % 3])"}
        """
      }
      return StandInObject(
        StandInObject.ID(.endpointslices, namespace, "\(name)-slice"),
        labels: [
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
          "kubernetes.io/service-name": name,
        ],
        metadata: """
          ,"generateName":"\(name)-","uid":"\(uid(index))","generation":\(index % 7 + 1),\
          "creationTimestamp":"2026-09-01T10:00:00Z",\
          "annotations":{"endpoints.kubernetes.io/last-change-trigger-time":"\(time)"},\
          "ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"\(name)","uid":"\(uid(index))",\
          "controller":true,"blockOwnerDeletion":true}],\
          "managedFields":[{"manager":"kube-controller-manager","operation":"Update",\
          "apiVersion":"discovery.k8s.io/v1","time":"2026-09-01T10:00:00Z","fieldsType":"FieldsV1","fieldsV1":{\
          "f:addressType":{},"f:endpoints":{},"f:metadata":{"f:annotations":{".":{},\
          "f:endpoints.kubernetes.io/last-change-trigger-time":{}},"f:generateName":{},"f:labels":{".":{},\
          "f:endpointslice.kubernetes.io/managed-by":{},"f:kubernetes.io/service-name":{}},\
          "f:ownerReferences":{".":{},"k:{\\"uid\\":\\"\(uid(index))\\"}":{}}},"f:ports":{}}}]
          """,
        members: """
          "addressType":"IPv4","endpoints":[\(endpoints.joined(separator: ","))],\
          "ports":[{"name":"http","protocol":"TCP","port":\(8000 + index % 1000)}]
          """)
    }
  }
#endif
