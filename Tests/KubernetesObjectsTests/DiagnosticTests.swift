import KubernetesObjects
import Testing

/// What is said about wrong input, word for word, with its place.
@Suite struct DiagnosticTests {
  /// A Service whose `spec` has some lines more.
  static func service(_ spec: String) -> String {
    """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      \(spec.replacing("\n", with: "\n  "))
    """
  }

  @Test(
    arguments: [
      ("ports: [{port: 70000}]", ["6:18: error: default/web: spec.ports[0].port: 70000 is outside 1...65535"]),
      ("ports: [{port: 0}]", ["6:18: error: default/web: spec.ports[0].port: 0 is outside 1...65535"]),
      ("ports: [{port: -1}]", ["6:18: error: default/web: spec.ports[0].port: -1 is outside 1...65535"]),
      (
        "ports: [{port: 99999999999999999999}]",
        ["6:18: error: default/web: spec.ports[0].port: 99999999999999999999 is outside 1...65535"]
      ),
      (
        "ports: [{port: '80'}]",
        [
          "6:18: error: default/web: spec.ports[0].port: expected a whole number, found the string \"80\"; remove the quotes"
        ]
      ),
      (
        "ports: [{port: http}]",
        ["6:18: error: default/web: spec.ports[0].port: expected a whole number, found the string \"http\""]
      ),
      (
        "ports: [{port: 80.5}]",
        ["6:18: error: default/web: spec.ports[0].port: expected a whole number, found the number 80.5"]
      ),
      ("ports: [{name: http}]", ["6:11: error: default/web: spec.ports[0].port: is missing; a number from 1 to 65535"]),
      ("ports: {port: 80}", ["6:10: error: default/web: spec.ports: expected a list, found a mapping"]),
      ("ports: [80]", ["6:11: error: default/web: spec.ports[0]: expected a mapping, found the number 80"]),
      (
        "type: ClusterIP",
        [
          "5:1: error: default/web: spec.ports: is missing; a Service that is neither headless nor ExternalName needs at least one"
        ]
      ),
      (
        "ports: [{port: 80, protocol: tcp}]",
        ["6:32: error: default/web: spec.ports[0].protocol: \"tcp\" is none of TCP, UDP, SCTP; did you mean TCP?"]
      ),
      (
        "ports: [{port: 80, protocol: TPC}]",
        ["6:32: error: default/web: spec.ports[0].protocol: \"TPC\" is none of TCP, UDP, SCTP; did you mean TCP?"]
      ),
      (
        "ports: [{port: 80, protocol: ICMP}]",
        ["6:32: error: default/web: spec.ports[0].protocol: \"ICMP\" is none of TCP, UDP, SCTP"]
      ),
      (
        "ports: [{port: 80, name: 443}]",
        [
          "6:28: error: default/web: spec.ports[0].name: expected a string, found the number 443; quote it: \"443\""
        ]
      ),
      (
        "ports: [{port: 80, name: yes}]",
        [
          "6:28: error: default/web: spec.ports[0].name: expected a string, found the boolean yes; quote it: \"yes\""
        ]
      ),
      (
        "ports: [{port: 80, name: Web_1}]",
        [
          "6:28: error: default/web: spec.ports[0].name: \"Web_1\" cannot name a port: at most 63 lower-case letters, digits and `-`, not at either end"
        ]
      ),
      (
        "ports:\n- port: 80\n- {name: b, port: 81}",
        ["7:5: error: default/web: spec.ports[0].name: is missing; each of several ports needs one"]
      ),
      (
        "ports:\n- {name: a, port: 80}\n- {name: a, port: 81}",
        ["8:12: error: default/web: spec.ports[1].name: \"a\" is the name of an earlier port"]
      ),
      (
        "ports:\n- {name: a, port: 80}\n- {name: b, port: 80}",
        ["8:21: error: default/web: spec.ports[1].port: 80/tcp is an earlier port"]
      ),
      (
        "ports:\n- {name: a, port: 80, nodePort: 30000}\n- {name: b, port: 81, nodePort: 30000}",
        ["8:35: error: default/web: spec.ports[1].nodePort: 30000/tcp is the node port of an earlier port"]
      ),
      (
        "ports: [{port: 80, nodePort: 65536}]",
        ["6:32: error: default/web: spec.ports[0].nodePort: 65536 is outside 0...65535"]
      ),
      (
        "ports: [{port: 80, targetPort: 70000}]",
        ["6:34: error: default/web: spec.ports[0].targetPort: 70000 is outside 1...65535"]
      ),
      (
        "ports: [{port: 80, targetPort: '8080'}]",
        [
          "6:34: error: default/web: spec.ports[0].targetPort: expected a number or the name of a port, found a number in quotes; remove the quotes"
        ]
      ),
      (
        "ports: [{port: 80, targetPort: a_very_long_port_name}]",
        [
          "6:34: error: default/web: spec.ports[0].targetPort: \"a_very_long_port_name\" cannot name a port of a Pod: at most 15 lower-case letters, digits and single `-`, with a letter"
        ]
      ),
      (
        "ports: [{port: 80, port: 81}]",
        ["6:22: error: default/web: spec.ports[0].port: is given twice"]
      ),
      (
        "ports: [{port: 80}]\ntype: Clusterip",
        [
          "7:9: error: default/web: spec.type: \"Clusterip\" is none of ClusterIP, NodePort, LoadBalancer, ExternalName; did you mean ClusterIP?"
        ]
      ),
      (
        "ports: [{port: 80}]\ninternalTrafficPolicy: Locale",
        [
          "7:26: error: default/web: spec.internalTrafficPolicy: \"Locale\" is none of Cluster, Local; did you mean Local?"
        ]
      ),
      (
        "ports: [{port: 80}]\nsessionAffinity: Cookie",
        ["7:20: error: default/web: spec.sessionAffinity: \"Cookie\" is none of None, ClientIP"]
      ),
      (
        "ports: [{port: 80}]\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}",
        ["7:54: error: default/web: spec.sessionAffinityConfig.clientIP.timeoutSeconds: 86401 is outside 1...86400"]
      ),
      (
        "ports: [{port: 80}]\nclusterIP: 10.96.0.300",
        ["7:14: error: default/web: spec.clusterIP: \"10.96.0.300\" is not an IP address"]
      ),
      (
        "ports: [{port: 80}]\nclusterIPs: [10.0.0.1, 10.0.0.2]",
        ["7:26: error: default/web: spec.clusterIPs[1]: a second cluster IP of family IPv4"]
      ),
      (
        "ports: [{port: 80}]\nclusterIPs: [10.0.0.1, 'fd00::1', 'fd00::2']",
        ["7:37: error: default/web: spec.clusterIPs[2]: more than two cluster IPs"]
      ),
      (
        "ports: [{port: 80}]\nclusterIP: 10.0.0.9\nclusterIPs: [10.0.0.1]",
        ["7:14: error: default/web: spec.clusterIP: 10.0.0.9 is not the first of clusterIPs, 10.0.0.1"]
      ),
      (
        "ports: [{port: 80}]\nclusterIP: None\nclusterIPs: [10.0.0.1]",
        ["8:15: error: default/web: spec.clusterIPs: a headless Service (None) cannot have the cluster IP 10.0.0.1"]
      ),
      (
        "ports: [{port: 80}]\nipFamilies: [IPv4, IPv5, IPv4]",
        [
          "7:22: error: default/web: spec.ipFamilies[1]: \"IPv5\" is none of IPv4, IPv6; did you mean IPv4?",
          "7:28: error: default/web: spec.ipFamilies[2]: IPv4 is given twice",
        ]
      ),
      (
        "ports: [{port: 80}]\nclusterIP: 'fd00::1'\nipFamilies: [IPv4]",
        ["8:15: error: default/web: spec.ipFamilies: IPv4 stands at the place of the cluster IP fd00::1"]
      ),
      (
        "ports: [{port: 80}]\nselector: {app: 1.0, b: [x]}",
        [
          "7:19: error: default/web: spec.selector.app: expected a string, found the number 1.0; quote it: \"1.0\"",
          "7:27: error: default/web: spec.selector.b: expected a string, found a list",
        ]
      ),
      (
        "ports: [{port: 80}]\npublishNotReadyAddresses: \"true\"",
        [
          "7:29: error: default/web: spec.publishNotReadyAddresses: expected true or false, found the string \"true\"; remove the quotes"
        ]
      ),
      (
        "ports: [{port: 80}]\nexternalIPs: ['', oops, 203.0.113.009, '::FFFF:1.2.3.4', 5]",
        [
          "7:17: warning: default/web: spec.externalIPs[0]: \"\" is not an IP address; skipped (FRONT-4)",
          "7:21: warning: default/web: spec.externalIPs[1]: \"oops\" is not an IP address; skipped (FRONT-4)",
          "7:27: warning: default/web: spec.externalIPs[2]: is read as 203.0.113.9 (FRONT-9)",
          "7:42: warning: default/web: spec.externalIPs[3]: is read as 1.2.3.4 (FRONT-9)",
          "7:60: error: default/web: spec.externalIPs[4]: expected a string, found the number 5; quote it: \"5\"",
        ]
      ),
      (
        "ports: [{port: 80}]\nloadBalancerSourceRanges: [' 10.0.0.0/8', '', x, 10.1.2.3/8]",
        [
          "7:30: warning: default/web: spec.loadBalancerSourceRanges[0]: \" 10.0.0.0/8\" is read as 10.0.0.0/8 (FW-1, FRONT-9)",
          "7:45: warning: default/web: spec.loadBalancerSourceRanges[1]: \"\" is not an address range; skipped (FW-1)",
          "7:49: warning: default/web: spec.loadBalancerSourceRanges[2]: \"x\" is not an address range; skipped (FW-1)",
          "7:52: warning: default/web: spec.loadBalancerSourceRanges[3]: \"10.1.2.3/8\" is read as 10.0.0.0/8 (FW-1, FRONT-9)",
        ]
      ),
      (
        "type: ExternalName",
        ["5:1: warning: default/web: spec: the Service is of type ExternalName and has no externalName"]
      ),
      (
        "ports: &p [{port: 80}]\nclusterIPs: *p",
        ["6:14: error: default/web: spec.clusterIPs[0]: expected a string, found a mapping"]
      ),
    ] as [(String, [String])])
  func service(spec: String, said: [String]) {
    #expect(read(Self.service(spec)).said == said.map { "in.yaml:\($0)" })
  }

  @Test(
    arguments: [
      (
        "apiVersion: v1\nkind: Service\nspec: {clusterIP: None}", ["1:1: error: metadata.name: is missing"]
      ),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {namespace: x}\nspec: {clusterIP: None}",
        ["3:1: error: metadata.name: is missing"]
      ),
      (
        "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}",
        ["3:1: error: metadata.name: is missing; a generateName becomes a name in a cluster only"]
      ),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {name: ''}\nspec: {clusterIP: None}",
        ["3:18: error: metadata.name: must not be empty"]
      ),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {name: 12}\nspec: {clusterIP: None}",
        ["3:18: error: metadata.name: expected a string, found the number 12; quote it: \"12\""]
      ),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a.b, namespace: X}\nspec: {clusterIP: None}",
        [
          "3:18: error: X/a.b: metadata.name: \"a.b\" cannot be a name: at most 63 lower-case letters, digits and `-`, not at either end",
          "3:34: error: X/a.b: metadata.namespace: \"X\" cannot be a namespace: at most 63 lower-case letters, digits and `-`, not at either end",
        ]
      ),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {a/b: true}}\nspec: {clusterIP: None}",
        [
          "3:35: error: default/a: metadata.labels[\"a/b\"]: expected a string, found the boolean true; quote it: \"true\""
        ]
      ),
      ("apiVersion: v1\nkind: Service\nmetadata: {name: a}", ["1:1: error: default/a: spec: is missing"]),
      (
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}",
        ["1:1: error: default/a: addressType: is missing; one of IPv4, IPv6, FQDN"]
      ),
      (
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: IPV4",
        ["4:14: error: default/a: addressType: \"IPV4\" is none of IPv4, IPv6, FQDN; did you mean IPv4?"]
      ),
      (
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: a}\naddressType: FQDN\nendpoints: [{addresses: [x.example.org]}]",
        [
          "3:1: warning: default/a: metadata: the slice has no label kubernetes.io/service-name and belongs to no Service; ignored (EPS-1)",
          "4:14: warning: default/a: addressType: a slice of host names is ignored (EPS-2)",
        ]
      ),
      (
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: a, labels: {kubernetes.io/service-name: s}}
        addressType: IPv6
        ports:
        - {name: null, port: 80}
        - {name: a}
        - {name: b, port: 0}
        - {name: c, port: 70000}
        - {name: c, port: 1}
        endpoints:
        - {addresses: [fd00::1, fd00::2]}
        - {addresses: []}
        - {nodeName: x}
        - {addresses: [10.0.0.1]}
        - {addresses: [nope]}
        - {addresses: [FD00::00A]}
        - {addresses: [fd00::3], conditions: {ready: yess}, hints: {forZones: zone-a}}
        """,
        [
          "6:10: warning: default/a: ports[0].name: a port whose name is null is skipped (EPS-4); write \"\" for none",
          "7:3: warning: default/a: ports[1]: a port without a number is skipped (EPS-4)",
          "8:3: warning: default/a: ports[2]: a port without a number is skipped (EPS-4)",
          "9:19: error: default/a: ports[3].port: 70000 is outside 0...65535",
          "10:3: warning: default/a: ports[4]: \"c\" names an earlier port of this slice too",
          "12:25: warning: default/a: endpoints[0].addresses[1]: only the first address of an endpoint is used (EPS-5)",
          "13:15: warning: default/a: endpoints[1].addresses: an endpoint without an address is skipped (EPS-5)",
          "14:3: warning: default/a: endpoints[2]: an endpoint without an address is skipped (EPS-5)",
          "15:16: error: default/a: endpoints[3].addresses[0]: 10.0.0.1 is not IPv6, the addressType of the slice",
          "16:16: error: default/a: endpoints[4].addresses[0]: \"nope\" is not an IP address",
          "17:16: warning: default/a: endpoints[5].addresses[0]: is read as fd00::a (FRONT-9)",
          "18:46: error: default/a: endpoints[6].conditions.ready: expected true or false, found the string \"yess\"",
          "18:71: error: default/a: endpoints[6].hints.forZones: expected a list, found the string \"zone-a\"",
        ]
      ),
      (
        "apiVersion: v1\nkind: Node\nmetadata: {name: \"n\"}\nspec: {podCIDRs: [10.0.0.0, 10.1.0.1/16, 10.2.0.0/16]}\nstatus: {addresses: [{type: InternalIP}, {type: ExternalIP, address: x}]}",
        [
          "4:19: error: n: spec.podCIDRs[0]: \"10.0.0.0\" is not an address range such as 10.0.0.0/8",
          "4:29: warning: n: spec.podCIDRs[1]: is read as 10.1.0.0/16 (FRONT-9)",
          "4:42: error: n: spec.podCIDRs[2]: more than two ranges",
          "4:42: error: n: spec.podCIDRs[2]: a second range of family IPv4",
          "5:22: error: n: status.addresses[0].address: is missing",
          "5:70: warning: n: status.addresses[1].address: \"x\" is not an IP address; skipped (no address of the node)",
        ]
      ),
      (
        "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: kubernetes}\nspec: {}",
        ["1:1: error: kubernetes: spec.cidrs: is missing; one range per address family"]
      ),
      (
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: e}\nsubsets: [{addresses: [{}, {ip: x}], ports: [{name: a}]}]",
        [
          "4:24: error: default/e: subsets[0].addresses[0].ip: is missing",
          "4:33: error: default/e: subsets[0].addresses[1].ip: \"x\" is not an IP address",
          "4:46: error: default/e: subsets[0].ports[0].port: is missing; a number from 1 to 65535",
        ]
      ),
      (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{ports: [{name: UPPER, containerPort: 0}, {}]}]}\nstatus: {phase: Runing, podIP: 1}",
        [
          "4:37: error: default/p: spec.containers[0].ports[0].name: \"UPPER\" cannot name a port of a Pod: at most 15 lower-case letters, digits and single `-`, with a letter",
          "4:59: error: default/p: spec.containers[0].ports[0].containerPort: 0 is outside 1...65535",
          "4:63: error: default/p: spec.containers[0].ports[1].containerPort: is missing; a number from 1 to 65535",
          "5:17: error: default/p: status.phase: \"Runing\" is none of Pending, Running, Succeeded, Failed, Unknown; did you mean Running?",
          "5:32: error: default/p: status.podIP: expected a string, found the number 1; quote it: \"1\"",
        ]
      ),
      (
        "apiVersion: discovery.k8s.io/v1beta1\nkind: EndpointSlice\nmetadata: {name: a}",
        [
          "1:13: warning: default/a: apiVersion: an object of this apiVersion is not read, only EndpointSlice of discovery.k8s.io/v1; passed over"
        ]
      ),
      (
        "replicaCount: 3\nimage: {tag: x}",
        [
          "1:1: error: expected a Kubernetes object with apiVersion and kind; kind is missing (a part of a Helm chart? render it first with `helm template`)"
        ]
      ),
      (
        "resources: [a.yaml]",
        [
          "1:1: error: expected a Kubernetes object with apiVersion and kind; kind is missing (a kustomization? render it first with `kubectl kustomize`)"
        ]
      ),
      (
        "kind: Service\nmetadata: {name: a}",
        ["1:1: error: expected a Kubernetes object with apiVersion and kind; apiVersion is missing"]
      ),
      ("kind: [x]\napiVersion: v1", ["1:7: error: kind: expected a string, found a list"]),
      ("- a", ["1:1: error: expected a Kubernetes object, found a list"]),
      ("just text", ["1:1: error: expected a Kubernetes object, found the string \"just text\""]),
      (
        "apiVersion: v1\nkind: List\nitems: [null, {kind: Service}]",
        [
          "3:9: error: expected a Kubernetes object, found null",
          "3:15: error: expected a Kubernetes object with apiVersion and kind; apiVersion is missing",
        ]
      ),
      ("apiVersion: v1\nkind: List\nitems: {}", ["3:8: error: items: expected a list, found a mapping"]),
      (
        "apiVersion: v1\nkind: NodeList\nmetadata: {continue: abc}\nitems: []",
        ["3:22: warning: metadata.continue: the list is not complete: the server has more items than this page"]
      ),
      ("a: b: c", ["1:5: error: mapping values are not allowed in this context"]),
      (
        "a:\n\t- b",
        [
          "2:1: error: found character that cannot start any token while scanning for the next token; YAML is indented with blanks, not with tabs"
        ]
      ),
      ("a: [1, 2", ["1:9: error: did not find expected ',' or ']' while parsing a flow sequence"]),
      (
        "a: \"x\nb: c\n",
        ["3:1: error: found unexpected end of stream while scanning a quoted scalar that begins in line 1"]
      ),
      (
        "kind: {{ .Values.kind }}",
        ["1:8: error: a mapping or list cannot be a key; this looks like a template, which must be rendered first"]
      ),
      (
        "{{- if .Values.x }}\nkind: Service\n{{- end }}",
        ["1:2: error: a mapping or list cannot be a key; this looks like a template, which must be rendered first"]
      ),
      ("<<: 1\nkind: x", ["1:5: error: the merge key << needs a mapping or a list of mappings"]),
      ("a: *b", ["1:4: error: the alias *b stands for nothing: no complete value before it is marked &b"]),
      ("\u{FEFF}é: [ü, *x]", ["1:8: error: the alias *x stands for nothing: no complete value before it is marked &x"]),
      ("a: b\u{1}c", ["1:5: error: control characters are not allowed (0x1)"]),
    ] as [(String, [String])])
  func object(text: String, said: [String]) {
    #expect(read(text).said == said.map { "in.yaml:\($0)" })
  }

  @Test func positionsInJSON() {
    #expect(
      read(Sample.json, named: "in.json").said == [
        "in.json:29:48: error: default/web-1: ports[0].port: -80 is outside 0...65535"
      ])
  }

  @Test(arguments: ["\n", "\r\n"])
  func positionsDoNotDependOnLineEnds(end: String) {
    let yaml = "# é\nkind: Service\napiVersion: v1\nmetadata: {name: ü, x: 日}\nspec: 3\n".replacing("\n", with: end)
    #expect(read(yaml).said.map { $0.prefix(20) } == ["in.yaml:4:18: error:", "in.yaml:5:7: error: "])
    let json = "{\n\"kind\": \"Service\", \"apiVersion\": \"v1\",\n\"metadata\": {\"ü日\": 1, \"name\": 5}}".replacing(
      "\n", with: end)
    #expect(
      read(json, named: "in.json").said == [
        "in.json:3:31: error: metadata.name: expected a string, found the number 5; quote it: \"5\""
      ])
  }

  @Test func refusesUTF16() {
    for bytes in [[0xff, 0xfe, 0x61, 0], [0xfe, 0xff, 0, 0x61], [0x6b, 0, 0x69, 0]] as [[UInt8]] {
      #expect(read(bytes).said == ["in.yaml:1:1: error: the text is UTF-16 or UTF-32; convert it to UTF-8"])
    }
  }

  @Test func secondDefinitionNamesTheFirst() {
    var reader = ObjectReader()
    for file in ["a.yaml", "b.yaml"] {
      Array(Self.service("clusterIP: None").utf8).withUnsafeBytes { reader.read($0, named: file) }
    }
    let set = reader.finish()
    #expect(set.said == ["b.yaml:4:9: error: default/web: this Service was defined before, at a.yaml:4:9"])
    #expect(set.services.count == 1)
  }

  @Test func aDefinitionWithErrorsIsADefinition() {
    let text = "\(Self.service("ports: [{port: 0}]"))\n---\n\(Self.service("clusterIP: None"))"
    #expect(
      read(text).said == [
        "in.yaml:6:18: error: default/web: spec.ports[0].port: 0 is outside 1...65535",
        "in.yaml:11:9: error: default/web: this Service was defined before, at in.yaml:4:9",
      ])
    #expect(read(text).services.isEmpty)
    #expect(read(text, skipInvalid: true).services.count == 1)
  }

  @Test func skipInvalidLeavesOutWhatIsWrong() {
    let text = """
      \(Self.service("ports: [{port: 0}, {port: 70000}]"))
      ---
      a: b: c
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: good}
      spec: {clusterIP: None}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: good}
      spec: {clusterIP: None}
      """
    let set = read(text, skipInvalid: true)
    #expect(
      set.said == [
        "in.yaml:6:18: warning: default/web: spec.ports[0].port: 0 is outside 1...65535; the object is left out",
        "in.yaml:6:29: warning: default/web: spec.ports[1].port: 70000 is outside 1...65535; the object is left out",
        "in.yaml:8:5: warning: mapping values are not allowed in this context; the rest of the document is left out",
        "in.yaml:17:18: warning: default/good: this Service was defined before, at in.yaml:12:18; the object is left out",
      ])
    #expect(set.services.map(\.name.name) == ["good"])
    #expect(read(text).diagnostics.map(\.severity) == [.error, .error, .error, .error])
  }

  @Test(arguments: [1000, 1001])
  func largeSlices(count: Int) {
    let endpoints = (0..<count).map { #"{"addresses": ["10.0.\#($0 / 256).\#($0 % 256)"]}"# }.joined(separator: ",")
    let set = read(
      #"""
      {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": {"name": "a", "labels": {"kubernetes.io/service-name": "a"}},
      "endpoints": [\#(endpoints)]}
      """#, named: "in.json")
    #expect(
      set.said
        == (count == 1000
          ? [] : ["in.json:3:14: warning: default/a: endpoints: 1001 endpoints; an API server accepts 1000 in a slice"])
    )
    #expect(set.slices.first?.endpoints.count == count)
  }
}
