import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan

/// The comment at the top of a compiled document: what it is, what went in, what was assumed. No time stamps.
struct RuleHeader {
  var target: RuleTarget
  var family: IPFamily
  var plan: NodePlan
  var objects: ObjectSet
  var assumptions: [String]

  var lines: [String] {
    var lines = [
      "svcnat \(Svcnat.version): \(target.rawValue), \(family.rawValue), node \(plan.configuration.nodeName)",
      "",
      "compiled: \(Wording.count(plan.servicePorts.count, "service port")) of \(services)",
    ]
    lines += ignored.map { "ignored: \($0)" }
    lines += assumptions.map { "assumed: \($0)" }
    lines += [""] + loading
    return lines
  }

  private var services: String {
    let names = Set(plan.servicePorts.map(\.name.service))
    return "\(Wording.count(names.count, "Service")), from \(Wording.count(objects.services.count, "Service"))"
      + " and \(Wording.count(objects.slices.count, "EndpointSlice"))"
  }

  private var ignored: [String] {
    var headless = 0
    var external = 0
    var foreign = 0
    var unallocated = 0
    for service in objects.services {
      switch ServicePlanner.exclusion(of: service) {
      case .headless: headless += 1
      case .externalName: external += 1
      case .otherProxy: foreign += 1
      case .notAllocated: unallocated += 1
      case nil: break
      }
    }
    let served = Set(plan.servicePorts.map(\.name.service)).count
    let otherFamily = objects.services.count - headless - external - foreign - unallocated - served
    let others = objects.passedOver.values.reduce(0, +)
    return [
      headless > 0 ? "\(Wording.count(headless, "headless Service"))" : nil,
      external > 0 ? "\(Wording.count(external, "Service")) of type ExternalName" : nil,
      foreign > 0 ? "\(Wording.count(foreign, "Service")) of another proxy (\(Service.proxyNameLabel))" : nil,
      unallocated > 0 ? "\(Wording.count(unallocated, "Service")) without a cluster IP yet" : nil,
      otherFamily > 0 ? "\(Wording.count(otherFamily, "Service")) without an \(family.rawValue) cluster IP" : nil,
      others > 0 ? "\(Wording.count(others, "object")) of other kinds" : nil,
    ].compactMap(\.self)
  }

  private var loading: [String] {
    switch target {
    case .iptables:
      let tool = family == .ipv4 ? "iptables-restore" : "ip6tables-restore"
      return [
        "Load with `\(tool) --noflush` on a machine without KUBE-* chains. Chains of an earlier version stay where they",
        "are, and its jumps are added a second time: replacing is the work of `svcnat apply`.",
      ]
    case .nftChains, .nftMaps:
      let table = "\(family == .ipv4 ? "ip" : "ip6") \(target == .nftMaps ? "svcnat" : "kube-proxy")"
      return [
        "Load with `nft -f`: replaces table \(table) in one transaction and touches no other. Connections that are being",
        "opened at that moment can miss their translation, and session affinity starts anew.",
      ]
    }
  }
}
