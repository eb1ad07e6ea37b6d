#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import KubernetesObjects
  import TestSupport
  import Testing

  @testable import KubernetesAPI
  @testable import NodeAgent
  @testable import svcnat

  /// `scripts/deploy/svcnat-agent.yaml`: is what Kubernetes takes, and what the agent needs, no more.
  struct ManifestTests {
    private static let path = "deploy/svcnat-agent.yaml"

    private let objects: [DocumentNode]

    init() throws { objects = try Repository.documents(Self.path) }

    private func object(_ kind: String) throws -> DocumentNode {
      let found = objects.filter { $0["kind"]?.string == kind }
      try #require(found.count == 1, "\(kind): \(found.count)")
      return found[0]
    }

    private var pod: DocumentNode { get throws { try #require(object("DaemonSet").at("spec.template.spec")) } }

    private var container: DocumentNode {
      get throws {
        let containers = try pod["containers"]?.elements ?? []
        try #require(containers.count == 1)
        return containers[0]
      }
    }

    /// A volume of the ConfigMap, as the container sees it.
    private func configuration() throws -> String {
      try #require(object("ConfigMap").at("data")?["config.yaml"]?.string)
    }

    /// The agent's command line as kubelet makes it.
    private func arguments(config: String) throws -> [String] {
      let arguments = try #require(container["args"]).texts.map {
        $0.replacing("$(NODE_NAME)", with: "worker-1").replacing("$(API_SERVER)", with: "https://192.0.2.1:6443")
          .replacing("/etc/svcnat/config.yaml", with: config)
      }
      #expect(!arguments.contains { $0.contains("$(") })
      return arguments
    }

    // MARK: - Fields

    @Test func fieldsAreThoseOfKubernetes() throws {
      let schema = SchemaValidator(root: try TestData.document("DeploymentTests/kubernetes-objects.schema.json"))
      for object in objects { #expect(try schema.problems(object) == []) }
    }

    /// The schema would find a slip.
    @Test(arguments: [
      ("hostNetwork: true", "hostNetwok: true"), ("verbs: [list, watch]", "verbs: list"),
      ("path: /livez", "uri: /livez"), ("port: healthz", ""), ("apiVersion: apps/v1", "apiVersion: apps/v1beta1"),
      ("api-server: https://CHANGE-ME:6443", "api-server: 6443"),
    ])
    func slipsAreFound(right: String, wrong: String) throws {
      let text = try Repository.text(Self.path)
      try #require(text.contains(right))
      let (documents, _) = DocumentTree.read(text.replacing(right, with: wrong), named: Self.path)
      let schema = SchemaValidator(root: try TestData.document("DeploymentTests/kubernetes-objects.schema.json"))
      #expect(try documents.contains { try !schema.problems($0.root).isEmpty })
    }

    @Test func namesFitTogether() throws {
      let account = try object("ServiceAccount")
      let binding = try object("ClusterRoleBinding")
      #expect(try pod["serviceAccountName"]?.string == account.at("metadata.name")?.string)
      #expect(binding.at("roleRef.name")?.string == (try object("ClusterRole").at("metadata.name")?.string))
      #expect(binding.at("subjects.0.name")?.string == account.at("metadata.name")?.string)
      #expect(binding.at("subjects.0.namespace")?.string == "kube-system")
      for kind in ["ServiceAccount", "ConfigMap", "DaemonSet"] {
        #expect(try object(kind).at("metadata.namespace")?.string == "kube-system")
      }
      let set = try object("DaemonSet")
      let labels = set.at("spec.selector.matchLabels")?.entries.map { "\($0.key)=\($0.value.string ?? "")" }
      let podLabels = set.at("spec.template.metadata.labels")?.entries.map { "\($0.key)=\($0.value.string ?? "")" }
      #expect(labels?.isEmpty == false && labels == podLabels)
      let map = try object("ConfigMap")
      let keys = Set(map["data"]?.entries.map(\.key) ?? [])
      #expect(try pod.at("volumes.0.configMap.name")?.string == map.at("metadata.name")?.string)
      #expect(try keys.contains(pod.at("volumes.0.configMap.items.0.key")?.string ?? ""))
      #expect(try keys.contains(container.at("env.0.valueFrom.configMapKeyRef.key")?.string ?? ""))
    }

    // MARK: - Rights

    /// What an agent can ask an API server for.
    @Test func roleIsWhatIsWatched() throws {
      let watched: [WatchedKind] = [.services(proxyName: nil), .slices, .serviceCIDRs, .node(name: "worker-1")]
      let expected = Set(
        watched.map { kind in
          // /api/v1/services, /apis/GROUP/v1/endpointslices
          let parts = kind.path.split(separator: "/").map(String.init)
          return "\(parts.count == 3 ? "" : parts[1])/\(parts[parts.count - 1])"
        })
      let rules = try object("ClusterRole")["rules"]?.elements ?? []
      var granted: Set<String> = []
      for rule in rules {
        if rule["resources"]?.texts == ["events"] {
          #expect(rule["verbs"]?.texts == ["create"] && rule["apiGroups"]?.texts == ["events.k8s.io"])
          continue
        }
        #expect(rule["verbs"]?.texts == ["list", "watch"])
        #expect(rule.entries.map(\.key).sorted() == ["apiGroups", "resources", "verbs"])
        for group in rule["apiGroups"]?.texts ?? [] {
          for resource in rule["resources"]?.texts ?? [] { granted.insert("\(group)/\(resource)") }
        }
      }
      #expect(granted == expected)
    }

    @Test func containerHasNoRightItDoesNotNeed() throws {
      let context = try #require(container["securityContext"])
      #expect(context["privileged"]?.boolean == false)
      #expect(context["allowPrivilegeEscalation"]?.boolean == false)
      #expect(context["readOnlyRootFilesystem"]?.boolean == true)
      #expect(context.at("capabilities.drop")?.texts == ["ALL"])
      #expect(context.at("capabilities.add")?.texts == ["NET_ADMIN"])
      #expect(try pod.at("securityContext.seccompProfile.type")?.string == "RuntimeDefault")
      #expect(try pod["hostPID"] == nil && pod["hostIPC"] == nil && pod["initContainers"] == nil)
      // Nothing of the host's files.
      let volumes = try #require(pod["volumes"]).elements
      #expect(volumes.allSatisfy { $0["configMap"] != nil })
      #expect(try #require(container["volumeMounts"]).elements.allSatisfy { $0["readOnly"]?.boolean == true })
    }

    // MARK: - Life on a node

    @Test func runsOnEveryNodeAndBeforeOthers() throws {
      #expect(try pod["hostNetwork"]?.boolean == true)
      #expect(try pod["dnsPolicy"]?.string == "Default")
      #expect(try pod["priorityClassName"]?.string == "system-node-critical")
      let tolerations = try #require(pod["tolerations"]).elements
      #expect(tolerations.count == 1)
      #expect(tolerations[0].entries.map { "\($0.key): \($0.value.string ?? "")" } == ["operator: Exists"])
      #expect(try object("DaemonSet").at("spec.updateStrategy.type")?.string == "RollingUpdate")
      #expect(try container.at("resources.limits") == nil)
    }

    @Test func probesAskWhereTheAgentAnswers() throws {
      let healthz = try #require(FaceConfiguration().healthz)
      let port = try #require(container.at("ports.0"))
      #expect(port["containerPort"]?.integer == Int(healthz.port) && port["hostPort"]?.integer == Int(healthz.port))
      for (probe, path) in [("livenessProbe", "/livez"), ("readinessProbe", "/healthz")] {
        let get = try #require(container.at("\(probe).httpGet"))
        #expect(get["path"]?.string == path)
        #expect(get["port"]?.string == port["name"]?.string)
      }
    }

    // MARK: - What the agent makes of it

    @Test func agentTakesArgumentsAndConfiguration() throws {
      let scratch = try Scratch()
      defer { scratch.remove() }
      let file = try scratch.write(configuration(), to: "config.yaml")
      let command = try #require(try Svcnat.parseAsRoot(arguments(config: file.path)) as? AgentCommand)
      #expect(command.node.nodeName == "worker-1")
      // Its own cluster IP would be of no use before it is programmed.
      #expect(command.source.server == "https://192.0.2.1:6443")
      let settings = try AgentSettings(node: command.node, source: command.source, behaviour: command.behaviour)
      #expect(settings.warnings == [])
      #expect(settings.configuration.target == .nftMaps)
      #expect(settings.configuration.faces.healthz == FaceConfiguration().healthz)
      #expect(settings.configuration.faces.metrics == FaceConfiguration().metrics)
      // Nothing that would take a writable /proc/sys.
      #expect(settings.configuration.conntrack?.settings(processors: 64).isEmpty == true)
    }

    @Test func configurationIsReadWithoutComplaint() throws {
      let scratch = try Scratch()
      defer { scratch.remove() }
      let file = try scratch.write(configuration(), to: "config.yaml")
      let result = try KubeProxyConfigurationReader.read(file.path, targetIsChosen: false)
      #expect(result.diagnostics.map(\.message) == [])
      #expect(result.configuration.agent.ignored.isEmpty)
      #expect(result.configuration.clusterCIDRs.map(\.description) == ["10.244.0.0/16"])
    }

    // MARK: - The image

    @Test func imageIsMadeOfWhatThereIs() throws {
      let lines = try Repository.text("deploy/Containerfile").split(separator: "\n")
      let root = Repository.scripts.deletingLastPathComponent()
      let copied = lines.filter { $0.hasPrefix("COPY ") && !$0.contains("--from") }
      #expect(!copied.isEmpty)
      for line in copied {
        let source = try #require(line.split(separator: " ").dropFirst().first.map(String.init))
        #expect(FileManager.default.fileExists(atPath: root.appending(path: source).path), "\(line)")
      }
      // The arguments of the container begin with a command of svcnat.
      #expect(lines.last == #"ENTRYPOINT ["/usr/local/bin/svcnat"]"#)
      #expect(try container["command"] == nil)
      let image = try #require(container["image"]?.string)
      #expect(lines.contains { $0.contains("-t \(image) ") })
      #expect(image.hasSuffix(":\(Svcnat.version)"))
    }

    /// Whatever the program is linked to comes with a package of the image, or with Swift, which the image's is linked with
    /// statically.
    @Test(.enabled(if: TestedProgram.ldd.mayRun, "needs ldd"))
    func imageHasTheLibraries() throws {
      let packages = [
        "libmnl.so.0": "libmnl0", "libnftnl.so.11": "libnftnl11", "libstdc++.so.6": "libstdc++6", "libz.so.1": "zlib1g",
        // Those of every Debian.
        "libc.so.6": "", "libm.so.6": "", "libgcc_s.so.1": "", "libdl.so.2": "", "libpthread.so.0": "",
        "librt.so.1": "", "libutil.so.1": "",
      ]
      let program = Bundle.main.bundleURL.appending(path: "svcnat").path
      let result = try TestedProgram.ldd.run([program])
      try #require(result.status == 0, "\(result.output)")
      let file = try Repository.text("deploy/Containerfile")
      let libraries = result.output.matches(of: /\t([^ \/]+) => ([^ ]+)/)
      #expect(libraries.count > 3)
      for library in libraries where !library.output.2.contains("/swift/") && !library.output.2.contains("swift") {
        let name = String(library.output.1)
        let package = try #require(packages[name], "\(name): which package has it?")
        #expect(package.isEmpty || file.contains(" \(package) "), "\(name): \(package)")
      }
    }
  }
#endif
