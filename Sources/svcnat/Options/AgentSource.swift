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
        return .directory(DirectorySource(source, nodeName: nodeName))
      }
      let access: APIAccess
      if let path = kubeconfig ?? file?.agent.kubeconfig {
        access = try Kubeconfig.access(path: path, server: server)
      } else {
        access = try APIAccess.inCluster(server: server)
      }
      return .server(access, nodeName: nodeName ?? AgentSettings.hostName)
    }
  }
#endif
