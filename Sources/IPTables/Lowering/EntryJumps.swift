/// The rules that lead from built-in chains to ours (IPT-3), in the order they have once kube-proxy put each on top.
enum EntryJumps {
  static let filter: [Chain] = [
    Chain(
      "INPUT",
      rules: [
        Rule(target: .jump(SharedChain.firewall)),
        new("kubernetes load balancer firewall", SharedChain.proxyFirewall),
        any("kubernetes health check service ports", SharedChain.nodePorts),
        new("kubernetes externally-visible service portals", SharedChain.externalServices),
      ]),
    Chain(
      "FORWARD",
      rules: [
        new("kubernetes load balancer firewall", SharedChain.proxyFirewall),
        any("kubernetes forwarding rules", SharedChain.forward),
        new("kubernetes service portals", SharedChain.services),
        new("kubernetes externally-visible service portals", SharedChain.externalServices),
      ]),
    Chain(
      "OUTPUT",
      rules: [
        Rule(target: .jump(SharedChain.firewall)),
        new("kubernetes load balancer firewall", SharedChain.proxyFirewall),
        new("kubernetes service portals", SharedChain.services),
      ]),
  ]

  static let nat: [Chain] = [
    Chain("PREROUTING", rules: [any("kubernetes service portals", SharedChain.services)]),
    Chain("OUTPUT", rules: [any("kubernetes service portals", SharedChain.services)]),
    Chain("POSTROUTING", rules: [any("kubernetes postrouting rules", SharedChain.postrouting)]),
  ]

  private static func any(_ comment: String, _ chain: String) -> Rule {
    Rule(comment: comment, target: .jump(chain))
  }

  private static func new(_ comment: String, _ chain: String) -> Rule {
    Rule(comment: comment, matches: [.conntrack(ConntrackMatch(.new))], target: .jump(chain))
  }
}
