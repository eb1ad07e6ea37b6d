/// Inputs that use every field that is read.
enum Sample {
  static let yaml = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
      labels: &labels
        app: web
        tier: "1"
      annotations:
        service.kubernetes.io/topology-mode: Auto
        other: "x"
      managedFields:
      - manager: kubectl
        fieldsV1: {"f:spec": {}}
    spec:
      type: LoadBalancer
      clusterIP: 10.96.0.10
      clusterIPs: [10.96.0.10, "fd10:96::a"]
      ipFamilies: [IPv4, IPv6]
      ipFamilyPolicy: RequireDualStack
      ports:
      - name: http
        protocol: TCP
        port: 80
        nodePort: 30080
        targetPort: http
      - {name: dns, protocol: UDP, port: 53, targetPort: 5353}
      - {name: sig, protocol: SCTP, port: 99}
      externalIPs: [203.0.113.7]
      loadBalancerSourceRanges: [198.51.100.0/24, "2001:db8::/32"]
      allocateLoadBalancerNodePorts: false
      internalTrafficPolicy: Local
      externalTrafficPolicy: Local
      sessionAffinity: ClientIP
      sessionAffinityConfig: {clientIP: {timeoutSeconds: 600}}
      healthCheckNodePort: 31000
      selector: *labels
      publishNotReadyAddresses: true
    status:
      loadBalancer:
        ingress:
        - ip: 192.0.2.50
          ipMode: Proxy
        - ip: 192.0.2.51
        - hostname: lb.example.org
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: web-1
      namespace: shop
      labels:
        kubernetes.io/service-name: web
        service.kubernetes.io/headless: ""
      annotations:
        endpoints.kubernetes.io/last-change-trigger-time: 2025-01-01T00:00:00Z
    addressType: IPv4
    ports:
    - {name: http, port: 8080}
    - {port: 5353, protocol: UDP}
    endpoints:
    - addresses: [10.244.0.5]
      conditions: {ready: true, serving: true, terminating: false}
      nodeName: worker-1
      zone: zone-a
      hints: {forZones: [{name: zone-a}, {name: zone-b}], forNodes: [{name: worker-1}]}
    - addresses: [10.244.1.5]
      conditions: {ready: false, serving: false, terminating: true}
    - addresses: [10.244.1.6]
      conditions: {}
      hints: {}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      deletionTimestamp: 2025-01-01T00:00:00Z
      labels: {topology.kubernetes.io/zone: zone-a}
    spec:
      podCIDR: 10.244.0.0/24
      podCIDRs: [10.244.0.0/24, "fd10:244::/64"]
      taints: [{key: ToBeDeletedByClusterAutoscaler, effect: NoSchedule}]
    status:
      addresses:
      - {type: Hostname, address: worker-1}
      - {type: ExternalIP, address: 203.0.113.1}
      - {type: InternalIP, address: 192.0.2.1}
      - {type: InternalIP, address: "2001:db8::1"}
    ---
    apiVersion: networking.k8s.io/v1
    kind: ServiceCIDR
    metadata: {name: kubernetes}
    spec: {cidrs: [10.96.0.0/16, "fd10:96::/112"]}
    ---
    apiVersion: v1
    kind: Pod
    metadata:
      name: web-0
      namespace: shop
      labels: {app: web}
    spec:
      nodeName: worker-1
      hostNetwork: true
      hostname: zero
      subdomain: web
      initContainers:
      - {name: wait, ports: [{containerPort: 1}]}
      - {name: side, restartPolicy: Always, ports: [{name: side, containerPort: 2, protocol: UDP}]}
      containers:
      - {name: web, ports: [{name: http, containerPort: 8080}]}
    status:
      phase: Running
      podIP: 10.244.0.5
      podIPs: [{ip: 10.244.0.5}, {ip: "fd10:244::5"}]
      conditions:
      - {type: PodScheduled, status: "True"}
      - {type: Ready, status: "True"}
    ---
    apiVersion: v1
    kind: Endpoints
    metadata:
      name: old
      namespace: shop
      labels: {endpointslice.kubernetes.io/skip-mirror: "true"}
    subsets:
    - addresses: [{ip: 10.244.0.7, nodeName: worker-1}]
      notReadyAddresses: [{ip: 10.244.0.8}]
      ports: [{name: http, port: 8080}, {port: 53, protocol: UDP}]

    """

  /// A few of them as a list in JSON, indented as kubectl does, with the list's own fields behind the items.
  static let json = """
    {
        "apiVersion": "v1",
        "items": [
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {
                    "managedFields": [{"manager": "kube\\u002dctl", "time": null}],
                    "name": "web",
                    "labels": {"gr\\u00fc\\u00df": "\\ud83d\\ude80 über"}
                },
                "spec": {
                    "clusterIP": "10.96.0.10",
                    "ports": [
                        {
                            "name": "http",
                            "port": 80,
                            "targetPort": 8.080e3
                        }
                    ]
                }
            },
            {
                "addressType": "IPv6",
                "apiVersion": "discovery.k8s.io/v1",
                "endpoints": [{"addresses": ["fd00::1"], "conditions": {"ready": true}, "nodeName": null}],
                "kind": "EndpointSlice",
                "metadata": {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}},
                "ports": [{"name": "http", "port": -80}]
            }
        ],
        "kind": "List",
        "metadata": {"resourceVersion": ""}
    }

    """
}
