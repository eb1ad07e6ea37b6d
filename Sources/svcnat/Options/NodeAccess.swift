#if Netlink && os(Linux)
  import ArgumentParser
  import NodeProgramming

  /// Which node a command looks at or changes: the one it runs on, in one of its network namespaces.
  struct NodeAccess: ParsableArguments {
    @Option(help: ArgumentHelp("Work in this network namespace of `ip netns`.", valueName: "name"))
    var netns: String?

    /// Enters the namespace and runs a body that changes or reads the node's rules.
    ///
    /// - Throws: an exit code, once the reason is printed.
    func perform<Value>(_ body: (inout NodeProgrammer) throws -> Value) throws -> Value {
      do {
        if let netns { try NetworkNamespaces.enter(netns) }
        var programmer = try NodeProgrammer()
        return try body(&programmer)
      } catch let error as ProgrammingError {
        Console.printError("error: \(error)")
        throw error.exitCode
      }
    }
  }

  extension ExitCode {
    /// The process lacks `CAP_NET_ADMIN`.
    static let notPermitted = ExitCode(3)
    /// The kernel lacks nf_tables, or is too old.
    static let unfitKernel = ExitCode(4)
    /// Somebody else has the rules: kube-proxy, a process that owns the table, or one that keeps changing it.
    static let othersRules = ExitCode(5)
  }

  extension ProgrammingError {
    var exitCode: ExitCode {
      switch self {
      case .notPermitted, .legacyNotPermitted: .notPermitted
      case .noTables, .oldKernel, .noTableOwners: .unfitKernel
      case .ownedByProcess, .kubeProxyHasRules, .busy: .othersRules
      case .refused, .program, .unreadableRules, .noNamespace, .rollback: .trouble
      }
    }
  }
#endif
