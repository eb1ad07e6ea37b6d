#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import KernelParameters
  import KubernetesAPI
  import KubernetesObjects
  import Logging
  import NetworkAddresses
  import NodeAgent
  import NodeProgramming
  import RuleTargets
  import ServicePlan

  /// `svcnat agent`
  struct AgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "agent",
      abstract: "Keep the rules of this node up to date.",
      discussion: """
        Watches Services, EndpointSlices, ServiceCIDRs and the Node, and keeps the rules of this node right, as kube-proxy \
        does: health checks, metrics and stale UDP connections included. When it ends the rules stay. SIGHUP reads --config \
        anew.

        Examples:
          svcnat agent --config /var/lib/kube-proxy/config.conf --node-name worker-1
          svcnat agent --kubeconfig /etc/kubernetes/proxy.conf --cluster-cidr 10.244.0.0/16
          svcnat agent --source manifests/ --node-name worker-1
        """)

    @OptionGroup(title: "Objects") var source: AgentSource
    @OptionGroup(title: "Node") var node: NodeOptions
    @OptionGroup(title: "Behaviour") var behaviour: AgentBehaviour

    func run() throws {
      do {
        let settings = try AgentSettings(node: node, source: source, behaviour: behaviour)
        for warning in settings.warnings { settings.log.warning("\(warning)") }
        let objects = try source.objects(settings.file, nodeName: settings.nodeName)
        var configuration = settings.configuration
        source.describe(objects, in: &configuration)
        let agent = NodeAgent(configuration, source: objects, log: settings.log) { [node, source, behaviour] in
          let settings = try AgentSettings(node: node, source: source, behaviour: behaviour)
          var configuration = settings.configuration
          source.describe(try source.objects(settings.file, nodeName: settings.nodeName), in: &configuration)
          return configuration
        }
        try AgentCommand.wait { try await agent.run() }
      } catch let error as ProgrammingError {
        Console.writeError("error: \(error)")
        throw error.exitCode
      } catch let error as ConfigurationMistakes {
        Console.writeError("\(error)")
        throw ExitCode.trouble
      } catch let error as AccessError {
        throw ValidationError("\(error)")
      }
    }

    /// Waits for what runs asynchronously; the command line is not.
    private static func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
      let done = DispatchSemaphore(value: 0)
      let result = FirstResult()
      Task {
        do {
          try await body()
        } catch {
          result.set(error)
        }
        done.signal()
      }
      done.wait()
      if let error = result.error { throw error }
    }
  }
#endif
