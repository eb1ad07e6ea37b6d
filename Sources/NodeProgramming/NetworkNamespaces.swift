#if Netlink && os(Linux)
  import CNamespaces
  import Glibc

  /// The named network namespaces of a machine, as `ip netns` has them.
  public enum NetworkNamespaces {
    /// Moves the calling thread into a namespace. What it opens and starts from then on belongs to it.
    ///
    /// - Throws: ``ProgrammingError/noNamespace(name:code:)``.
    public static func enter(_ name: String) throws(ProgrammingError) {
      guard !name.isEmpty, !name.contains("/") else { throw .noNamespace(name: name, code: ENOENT) }
      let result = cns_enter_network("/run/netns/" + name)
      if result == -EPERM { throw .notPermitted(operation: "entering network namespace \(name)") }
      if result < 0 { throw .noNamespace(name: name, code: -result) }
    }
  }
#endif
