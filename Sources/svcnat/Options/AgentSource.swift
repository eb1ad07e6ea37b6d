#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import KubernetesAPI
  import NodeAgent

  /// Where an agent has its objects from.
  struct AgentSource: ParsableArguments {
    @Option(
      help: ArgumentHelp("A directory of manifests in place of an API server; changes are followed.", valueName: "dir"))
    var source: String?

    @Option(
      help: ArgumentHelp(
        "How to reach the API server. Default: as --config says, else what a Pod is given.", valueName: "file"))
    var kubeconfig: String?

    @Option(
      help: ArgumentHelp("The API server's own address, instead of the one in the credentials.", valueName: "url"))
    var server: String?

    func validate() throws {
      if source != nil, kubeconfig != nil || server != nil {
        throw ValidationError("--source stands in for an API server: it goes with neither --kubeconfig nor --server")
      }
    }

    /// - Parameter nodeName: nil: not known.
    /// - Throws: `ValidationError`, ``KubernetesAPI/AccessError``.
    func objects(_ file: KubeProxyConfiguration?, nodeName: String?) throws -> ObjectSource {
      if let source {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isDirectory), isDirectory.boolValue else {
          throw ValidationError("--source: \(source) is no directory")
        }
        let directory = DirectorySource(source, nodeName: nodeName)
        let names = try directory.nodeNames()
        if nodeName == nil, names.count > 1 {
          throw ValidationError(
            "\(source) has several Nodes (\(names.joined(separator: ", "))): choose one with --node-name")
        }
        return .directory(directory)
      }
      let access: APIAccess
      if let path = kubeconfig ?? file?.agent.kubeconfig {
        access = try Kubeconfig.access(path: path, server: server)
      } else {
        access = try APIAccess.inCluster(server: server)
      }
      return .server(access, nodeName: nodeName ?? AgentSettings.hostName)
    }

    /// Puts down what the loop has to know of the source.
    func describe(_ objects: ObjectSource, in configuration: inout AgentConfiguration) {
      switch objects {
      case .directory: configuration.sourceName = "manifests in \(source ?? "")"
      case .server(let access, _):
        configuration.sourceName = "API server \(access.server)"
        guard let address = access.address, let port = UInt16(exactly: access.port) else { return }
        var isInCluster = false
        if server == nil, case .token(.file(let path)) = access.identity {
          isInCluster = path.hasPrefix(APIAccess.serviceAccountDirectory)
        }
        configuration.apiServer = APIServerAddress(address, port: port, isInCluster: isInCluster)
      }
    }
  }
#endif
