#if Agent
  extension StandInObject {
    public static func service(
      _ name: String, namespace: String = "demo", address: String = "10.96.0.10", port: Int = 80,
      labels: [String: String] = [:]
    ) -> StandInObject {
      StandInObject(
        ID(.services, namespace, name), labels: labels, fields: ["spec.clusterIP": address],
        members: """
          "spec":{"ports":[{"name":"http","protocol":"TCP","port":\(port),"targetPort":8080}],"clusterIP":"\(address)",\
          "clusterIPs":["\(address)"],"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"},\
          "status":{"loadBalancer":{}}
          """)
    }

    public static func slice(
      _ name: String, namespace: String = "demo", of service: String, addresses: [String],
      labels: [String: String] = [:]
    ) -> StandInObject {
      let endpoints = addresses.map {
        "{\"addresses\":[\"\($0)\"],\"conditions\":{\"ready\":true,\"serving\":true,\"terminating\":false}}"
      }
      return StandInObject(
        ID(.endpointslices, namespace, name),
        labels: labels.merging(["kubernetes.io/service-name": service]) { given, _ in given },
        members: """
          "addressType":"IPv4","endpoints":[\(endpoints.joined(separator: ","))],\
          "ports":[{"name":"http","protocol":"TCP","port":8080}]
          """)
    }

    public static func range(_ name: String, _ prefix: String) -> StandInObject {
      StandInObject(ID(.servicecidrs, "", name), members: "\"spec\":{\"cidrs\":[\"\(prefix)\"]}")
    }

    public static func node(_ name: String, zone: String) -> StandInObject {
      StandInObject(
        ID(.nodes, "", name), labels: ["topology.kubernetes.io/zone": zone],
        members: """
          "spec":{"podCIDRs":["10.244.1.0/24"]},\
          "status":{"addresses":[{"type":"InternalIP","address":"192.168.0.2"}]}
          """)
    }
  }
#endif
