#if Netlink && os(Linux)
  import IPTables
  import NetworkAddresses
  import RuleTargets
  import SystemPrograms

  /// Looks at what rules for Services need of a node beside themselves.
  public enum Preflight {
    /// Something that keeps connections from working although the rules are right.
    public struct Finding: Hashable, Sendable {
      public enum Kind: String, Hashable, Sendable, CaseIterable {
        case kernelTooOld = "kernel-too-old"
        case forwardingOff = "forwarding-off"
        case forwardPolicyDrop = "forward-policy-drop"
        case bridgeNotFiltered = "bridge-not-filtered"
        case strictReversePath = "strict-reverse-path"
        case ipv6Disabled = "ipv6-disabled"
        case localNodePorts = "local-node-ports"
        case severalProxies = "several-proxies"
      }

      public var kind: Kind
      /// What is so, and what comes of it.
      public var problem: String
      /// What to do about it.
      public var advice: String
    }

    /// - Parameters:
    ///   - installed: a family each; only these are looked at.
    ///   - target: the rules that are there or are to be there.
    ///   - servesLocalNodePorts: whether node ports are to be served on 127.0.0.1, which only iptables can.
    public static func findings(
      _ installed: [InstalledRules], target: RuleTarget, servesLocalNodePorts: Bool = false
    ) -> [Finding] {
      let families = installed.map(\.family)
      var findings = kernelFindings(target)
      for family in families { findings += forwarding(family) }
      if target != .iptables { findings += forwardPolicies(installed) }
      findings += bridges(families)
      if families.contains(.ipv4) { findings += reversePath() }
      if target == .iptables, servesLocalNodePorts, families.contains(.ipv4) { findings += localNodePorts() }
      findings += proxies(installed, target)
      return findings
    }

    private static func kernelFindings(_ target: RuleTarget) -> [Finding] {
      let needed = KernelRelease(major: NodeProgrammer.neededKernel.major, minor: NodeProgrammer.neededKernel.minor)
      guard target != .iptables, let running = KernelRelease.running, running < needed else { return [] }
      return [
        Finding(
          kind: .kernelTooOld, problem: "Linux \(running) cannot hold the rules of \(target.rawValue)",
          advice: "use Linux \(needed) or newer, or the target iptables")
      ]
    }

    private static func forwarding(_ family: IPFamily) -> [Finding] {
      if family == .ipv6 {
        let disabled = KernelSettings.value("net/ipv6/conf/all/disable_ipv6")
        if disabled != 0 {
          return [
            Finding(
              kind: .ipv6Disabled, problem: "IPv6 is disabled: IPv6 frontends do not work",
              advice: disabled == nil
                ? "use a kernel with IPv6, or --family ipv4"
                : "set net.ipv6.conf.all.disable_ipv6=0, or use --family ipv4")
          ]
        }
      }
      let setting = family == .ipv4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding"
      guard KernelSettings.value(setting) == 0 else { return [] }
      return [
        Finding(
          kind: .forwardingOff,
          problem:
            "\(setting.dotted) is 0: \(family.rawValue) connections to endpoints elsewhere get no further than this node",
          advice: "set \(setting.dotted)=1")
      ]
    }

    private static func forwardPolicies(_ installed: [InstalledRules]) -> [Finding] {
      installed.flatMap { installed in
        installed.forwardPolicies.filter { $0.policy == .drop }.map { backend, _ in
          let program = (installed.family == .ipv4 ? "iptables-" : "ip6tables-") + backend.rawValue
          return Finding(
            kind: .forwardPolicyDrop,
            problem:
              "the policy of FORWARD in \(program) is DROP, and rules of nftables cannot accept what another table drops",
            advice: "run \(program) -P FORWARD ACCEPT, or add rules there that accept traffic of pods")
        }
      }
    }

    private static func bridges(_ families: [IPFamily]) -> [Finding] {
      guard let output = try? SystemProgram("ip").run(["-o", "link", "show", "type", "bridge"]), !output.isEmpty else {
        return []
      }
      return families.compactMap { family in
        let setting = "net/bridge/bridge-nf-call-\(family == .ipv4 ? "iptables" : "ip6tables")"
        let value = KernelSettings.value(setting)
        guard value != 1 else { return nil }
        return Finding(
          kind: .bridgeNotFiltered,
          problem:
            "there is a bridge, and \(value == nil ? "br_netfilter is not loaded" : "\(setting.dotted) is 0"): "
            + "answers between \(family.rawValue) pods on one bridge bypass the translation back to the cluster IP",
          advice: (value == nil ? "load the module br_netfilter and " : "") + "set \(setting.dotted)=1")
      }
    }

    private static func reversePath() -> [Finding] {
      let all = KernelSettings.value("net/ipv4/conf/all/rp_filter") ?? 0
      let strict = KernelSettings.interfaces().filter { name in
        max(all, KernelSettings.value("net/ipv4/conf/\(name)/rp_filter") ?? 0) == 1
      }
      guard !strict.isEmpty else { return [] }
      let shown = strict.prefix(4).joined(separator: ", ") + (strict.count > 4 ? " and \(strict.count - 4) more" : "")
      return [
        Finding(
          kind: .strictReversePath,
          problem: "rp_filter is strict on \(shown): packets whose answer would leave by another interface are dropped",
          advice: "set net.ipv4.conf.all.rp_filter=2 if pods or clients are reached by more than one interface")
      ]
    }

    private static func localNodePorts() -> [Finding] {
      guard KernelSettings.value("net/ipv4/conf/all/route_localnet") == 0 else { return [] }
      return [
        Finding(
          kind: .localNodePorts,
          problem: "net.ipv4.conf.all.route_localnet is 0: node ports do not work on 127.0.0.1",
          advice: "set net.ipv4.conf.all.route_localnet=1, or use --iptables-localhost-nodeports=false")
      ]
    }

    private static func proxies(_ installed: [InstalledRules], _ target: RuleTarget) -> [Finding] {
      let others = installed.flatMap { installed in
        installed.entries.filter { $0.place.target != target || $0.owner == .kubeProxy }
          .map { $0.place.name(installed.family) }
      }
      let isRunning = ProcessNames.isRunning("kube-proxy")
      guard !others.isEmpty || isRunning else { return [] }
      let found =
        (others.isEmpty ? [] : ["rules for Services are also in \(others.joined(separator: ", "))"])
        + (isRunning ? ["a process kube-proxy runs"] : [])
      return [
        Finding(
          kind: .severalProxies, problem: "\(found.joined(separator: ", and ")): old endpoints may be served",
          advice: "stop kube-proxy, then run svcnat apply --take-over")
      ]
    }
  }

  extension String {
    /// As sysctl names it.
    fileprivate var dotted: String { String(map { $0 == "/" ? "." : $0 }) }
  }

  extension Preflight.Finding: CustomStringConvertible {
    /// `IPv6 is disabled: ...; set ... [ipv6-disabled]`
    public var description: String { "\(problem); \(advice) [\(kind.rawValue)]" }
  }
#endif
