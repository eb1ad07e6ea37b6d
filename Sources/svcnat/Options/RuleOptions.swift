import ArgumentParser
import IPTables
import NetworkAddresses
import RuleTargets

extension RuleTarget: ExpressibleByArgument {}

/// Which rules are wanted.
struct RuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "nft-maps, nft-chains or iptables; may be repeated. Default: as `mode` of --config, else nft-maps.",
      valueName: "target"))
  var target: [RuleTarget] = []

  @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both.", valueName: "family"))
  var family: Family?

  @Flag(
    help: """
      iptables: insert the jumps of built-in chains in front of what a host's own firewall has there, instead of \
      appending them.
      """)
  var insertJumps = false

  @Flag(help: "iptables: name the nfacct counters kube-proxy uses. They must exist where the rules are loaded.")
  var nfacct = false

  @Flag(help: "nft-maps: count the connections to each address and port, for svcnat show --counters.")
  var counters = false

  enum Family: String, ExpressibleByArgument, CaseIterable {
    case ipv4
    case ipv6

    var family: IPFamily { self == .ipv4 ? .ipv4 : .ipv6 }
  }

  var families: [IPFamily] {
    family.map { [$0.family] } ?? IPFamily.allCases
  }

  var targetOptions: RuleTargetOptions {
    var options = RuleTargetOptions()
    options.iptables.usesAccounting = nfacct
    options.maps.countsConnections = counters
    options.builtInRules = insertJumps ? .insertJumpsFirst : .append
    return options
  }
}
