#if os(Linux)
  import Glibc

  /// The sources that the iptables match `recent` remembers, by the name of the list.
  enum RecentList {
    /// Empties a list of the calling thread's namespace. A list that does not exist is empty.
    static func flush(_ name: String) throws(KernelFlowError) {
      let file = open("/proc/thread-self/net/xt_recent/\(name)", O_WRONLY | O_CLOEXEC)
      if file < 0, errno == ENOENT { return }
      let descriptor = try Descriptor(file < 0 ? -errno : file, "the list \(name)")
      guard write(descriptor.number, "/\n", 2) >= 0 else { throw .refused(operation: "the list \(name)", code: errno) }
    }
  }
#endif
