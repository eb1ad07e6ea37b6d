#if Netlink && os(Linux)
  import Glibc
  import NFTablesNetlink
  import NetworkAddresses
  import SystemPrograms

  /// Why a node could not be programmed, or its rules not be read.
  public enum ProgrammingError: Error, Hashable, Sendable {
    /// The process may not: it needs `CAP_NET_ADMIN` in the network namespace.
    case notPermitted(operation: String)
    /// iptables-legacy may not: it opens a raw socket, for which `CAP_NET_ADMIN` alone is too little.
    case legacyNotPermitted(command: String)
    /// The kernel has no nf_tables.
    case noTables
    /// The kernel is older than what the rules need.
    ///
    /// - Parameter running: as `uname -r` prints it.
    case oldKernel(running: String, needed: String)
    /// The kernel cannot give tables an owner and keep them when it ends.
    ///
    /// - Parameter running: as `uname -r` prints it.
    case noTableOwners(running: String?)
    /// The table belongs to another process, which alone can change it.
    ///
    /// - Parameters:
    ///   - port: the netlink port of that process.
    ///   - process: `svcnat (process 4711)`, if it can be told.
    case ownedByProcess(table: String, port: UInt32, process: String?)
    /// A kube-proxy has rules there, and was not to be replaced.
    case kubeProxyHasRules(places: [String])
    /// Something is in use, or kept being changed by others.
    case busy(NetlinkError)
    case refused(NetlinkError)
    case program(SystemProgramError)
    /// A program printed rules that cannot be understood.
    case unreadableRules(program: String, reason: String)
    /// There is no network namespace of this name, or it cannot be entered.
    ///
    /// - Parameter code: an `errno`.
    case noNamespace(name: String, code: Int32)
    /// What a change would be rolled back to cannot be kept.
    case rollback(reason: String)

    init(_ error: NetlinkError) {
      switch error.cause {
      case .keptChanging: self = .busy(error)
      case .refused(let code):
        switch code {
        case EPERM, EACCES: self = .notPermitted(operation: error.operation)
        case EBUSY: self = .busy(error)
        // The netlink socket, or the part of it that nf_tables would answer to.
        case EPROTONOSUPPORT, EAFNOSUPPORT: self = .noTables
        case EINVAL where error.operation == "reading the generation of the rules": self = .noTables
        default: self = .refused(error)
        }
      default: self = .refused(error)
      }
    }

    /// - Parameter hasNetRaw: whether the process has `CAP_NET_RAW`.
    init(_ error: SystemProgramError, hasNetRaw: Bool = ProcessCapabilities.hasNetRaw) {
      guard case .failed(let command, _, let output) = error else {
        self = .program(error)
        return
      }
      // iptables-legacy-restore says no more than that it cannot begin.
      let words = ["Permission denied", "unable to initialize table"]
      if command.contains("tables-legacy-"), !hasNetRaw, words.contains(where: output.contains) {
        self = .legacyNotPermitted(command: command)
      } else if output.contains("Permission denied") || output.contains("must be root") {
        self = .notPermitted(operation: command)
      } else {
        self = .program(error)
      }
    }
  }

  extension ProgrammingError: CustomStringConvertible {
    /// One sentence, and what to do.
    public var description: String {
      switch self {
      case .notPermitted(let operation):
        "\(operation): not permitted; run it as root or with CAP_NET_ADMIN"
      case .legacyNotPermitted(let command):
        "\(command): not permitted; iptables-legacy needs CAP_NET_RAW beside CAP_NET_ADMIN"
      case .noTables:
        "this kernel has no nf_tables; load the module nf_tables, or use a kernel that is built with it"
      case .oldKernel(let running, let needed):
        "Linux \(running) is too old; the rules need \(needed) or newer"
      case .noTableOwners(let running):
        "\(running.map { "Linux \($0)" } ?? "this kernel") cannot keep a table for one process alone; that needs 6.9 or newer"
      case .ownedByProcess(let table, let port, let process):
        "\(table) belongs to \(process ?? "the process with netlink port \(port)"), which alone can change it; stop that process first"
      case .kubeProxyHasRules(let places):
        "kube-proxy has its rules here: \(places.joined(separator: ", ")); stop it, and give --take-over to replace them"
      case .busy(let error): "\(error); try again"
      case .refused(let error): "\(error)"
      case .program(.missing(let name)): "the program \(name) is missing; install it"
      case .program(.failed(let command, let status, let output)):
        "\(command) ended with status \(status): \(ProgrammingError.trimmed(output))"
      case .program(.refused(let operation, let code)): "\(operation): \(String(cString: strerror(code)))"
      case .unreadableRules(let program, let reason): "what \(program) prints is not understood: \(reason)"
      case .noNamespace(let name, let code):
        "network namespace \(name) cannot be entered: \(String(cString: strerror(code)))"
      case .rollback(let reason): reason
      }
    }

    private static func trimmed(_ text: String) -> String {
      text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
  }
#endif
