#if os(Linux)
  import Glibc
  import NetworkAddresses

  /// Turns a fresh namespace into a node.
  struct NamespaceSetup {
    let layout: NodeLayout

    /// Makes the interfaces, gives them addresses and routes, and lets the node forward.
    func build() throws(KernelFlowError) -> [TunDevice] {
      var devices: [TunDevice] = []
      for name in layout.interfaceNames { devices.append(try TunDevice(name: name)) }
      for (path, value) in settings { try NamespaceSetup.set(path, value) }
      try Tool("ip").run(["-batch", "-"], input: commands.joined(separator: "\n").utf8)
      try waitForAddresses()
      return devices
    }

    /// An IPv6 address is the node's own as soon as it has its local route, which the kernel adds when it gets around to
    /// it, even where no duplicate is looked for.
    private func waitForAddresses() throws(KernelFlowError) {
      let wanted = layout.addresses.filter { $0.family == .ipv6 }.map { address in
        NamespaceSetup.hexadecimal(address.high) + NamespaceSetup.hexadecimal(address.low) + " 80 "
      }
      for _ in 0..<NamespaceSetup.patience {
        let routes = try NamespaceSetup.contents("/proc/thread-self/net/ipv6_route").split(separator: "\n")
        if wanted.allSatisfy({ own in routes.contains { $0.hasPrefix(own) } }) { return }
        usleep(1000)
      }
      throw .stalled
    }

    /// Milliseconds.
    private static let patience = 10_000

    private static func hexadecimal(_ half: UInt64) -> String {
      let digits = String(half, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func contents(_ path: String) throws(KernelFlowError) -> String {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      let descriptor = try Descriptor(file < 0 ? -errno : file, path)
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 16_384)
      while true {
        let count = read(descriptor.number, &buffer, buffer.count)
        guard count >= 0 else { throw .refused(operation: path, code: errno) }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
      }
    }

    /// What must be so before interfaces are up. All of it is the namespace's own.
    private var settings: [(path: String, value: String)] {
      var settings = [
        ("net/ipv4/ip_forward", "1"),
        ("net/ipv6/conf/all/forwarding", "1"),
        // Node ports on 127.0.0.1, and strangers who try it (NPA-8, IPT-20).
        ("net/ipv4/conf/all/route_localnet", "1"),
        // Every refusal is to be told.
        ("net/ipv4/icmp_ratemask", "0"),
        ("net/ipv4/icmp_ratelimit", "0"),
        ("net/ipv6/icmp/ratelimit", "0"),
        // Limits a type that nobody sends; a list cannot be empty.
        ("net/ipv6/icmp/ratemask", "0"),
      ]
      for name in ["all", "default"] + layout.interfaceNames {
        // Packets come in by interfaces that have no route to their source.
        settings.append(("net/ipv4/conf/\(name)/rp_filter", "0"))
        settings.append(("net/ipv4/conf/\(name)/send_redirects", "0"))
      }
      for name in layout.interfaceNames {
        // No link-local address, so no packets about it.
        settings.append(("net/ipv6/conf/\(name)/addr_gen_mode", "1"))
      }
      return settings
    }

    /// Lines for `ip -batch`.
    private var commands: [String] {
      var lines = ["link set lo up"] + layout.interfaceNames.map { "link set \($0) up" }
      for family in IPFamily.allCases {
        for (index, address) in layout.addresses.filter({ $0.family == family }).enumerated() {
          // Nobody is there to ask whether the address is taken.
          let suffix = family == .ipv6 ? " nodad" : ""
          lines.append("addr add \(IPPrefix(host: address)) dev \(layout.interface(ofAddress: index))\(suffix)")
        }
        lines.append(
          "route add \(IPPrefix(.unspecified(family), length: 0)) dev \(NodeLayout.externalInterface)")
      }
      let own = Set(layout.addresses)
      for address in layout.podAddresses.sorted() where !own.contains(address) && !address.isLoopback {
        lines.append("route add \(IPPrefix(host: address)) dev \(NodeLayout.podInterface)")
      }
      return lines + [""]
    }

    /// - Parameter path: below `/proc/sys`; what is below `net` there belongs to the calling thread's namespace.
    private static func set(_ path: String, _ value: String) throws(KernelFlowError) {
      let file = open("/proc/sys/" + path, O_WRONLY | O_CLOEXEC)
      let descriptor = try Descriptor(file < 0 ? -errno : file, "the setting \(path)")
      guard write(descriptor.number, value, value.utf8.count) >= 0 else {
        throw .refused(operation: "the setting \(path)", code: errno)
      }
    }
  }
#endif
