import ArgumentParser
import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan

/// Reads a KubeProxyConfiguration. Of a file with several documents, as kubeadm has, the one of that kind counts.
struct KubeProxyConfigurationReader {
  private(set) var configuration = KubeProxyConfiguration()
  private(set) var diagnostics: [Diagnostic] = []

  /// What a file says, and what is to be said about it.
  struct Result {
    var configuration: KubeProxyConfiguration
    var diagnostics: [Diagnostic]
    var file: String
  }

  /// Whether a mode that is not supported does no harm.
  private let targetIsChosen: Bool

  private init(targetIsChosen: Bool) {
    self.targetIsChosen = targetIsChosen
  }

  /// - Throws: ``InputFiles/Failure`` where the file cannot be read.
  static func read(_ path: String, from source: some InputSource = WorkingFiles(), targetIsChosen: Bool) throws
    -> Result
  {
    let data = try source.contents(of: path)
    let label = InputFiles.label(path)
    var (documents, diagnostics) = data.withUnsafeBytes { DocumentTree.read($0, named: label) }
    let ours = documents.first { $0.root["kind"]?.string == "KubeProxyConfiguration" }
    guard let ours else {
      if diagnostics.isEmpty {
        diagnostics.append(
          Diagnostic(
            .error, at: SourcePosition(file: 0, line: 1, column: 1),
            "no document of kind KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1)"))
      }
      return Result(configuration: KubeProxyConfiguration(), diagnostics: diagnostics, file: label)
    }
    var reader = KubeProxyConfigurationReader(targetIsChosen: targetIsChosen)
    reader.read(ours.root)
    return Result(
      configuration: reader.configuration, diagnostics: diagnostics + reader.diagnostics, file: label)
  }

  private mutating func read(_ root: DocumentNode) {
    let fields = root.fields(&diagnostics)
    if let version = fields["apiVersion"], version.string != "kubeproxy.config.k8s.io/v1alpha1" {
      diagnostics.append(version.diagnostic(.error, "only kubeproxy.config.k8s.io/v1alpha1 is read"))
    }
    warnUnknown(fields, besides: Self.known)
    readMode(fields["mode"])
    configuration.hostnameOverride = text(fields["hostnameOverride"])?.value
    readBindAddress(fields["bindAddress"])
    readClusterCIDR(fields["clusterCIDR"])
    configuration.detectLocalMode = text(fields["detectLocalMode"])
    if let node = fields["detectLocal"] {
      let fields = node.fields(&diagnostics)
      warnUnknown(fields, besides: ["bridgeInterface", "interfaceNamePrefix"])
      configuration.bridgeInterface = text(fields["bridgeInterface"])?.value
      configuration.interfaceNamePrefix = text(fields["interfaceNamePrefix"])?.value
    }
    if let node = fields["nodePortAddresses"] { readNodePortAddresses(node) }
    if let node = fields["iptables"] {
      let fields = node.fields(&diagnostics)
      warnUnknown(fields, besides: Self.knownIPTables)
      configuration.iptablesMasqueradeAll = fields["masqueradeAll"]?.boolean(&diagnostics)
      configuration.iptablesMasqueradeBit = fields["masqueradeBit"]?.integer(in: 0...31, &diagnostics)
      configuration.iptablesLocalhostNodePorts = fields["localhostNodePorts"]?.boolean(&diagnostics)
    }
    if let node = fields["nftables"] {
      let fields = node.fields(&diagnostics)
      warnUnknown(fields, besides: Self.knownNFTables)
      configuration.nftablesMasqueradeAll = fields["masqueradeAll"]?.boolean(&diagnostics)
      configuration.nftablesMasqueradeBit = fields["masqueradeBit"]?.integer(in: 0...31, &diagnostics)
    }
    if let node = fields["conntrack"] {
      let fields = node.fields(&diagnostics)
      warnUnknown(fields, besides: Self.knownConntrack)
      configuration.conntrackTCPBeLiberal = fields["tcpBeLiberal"]?.boolean(&diagnostics)
    }
    readAgentFields(fields)
    if let node = fields["ipvs"] { warnUnknown(node.fields(&diagnostics), besides: Self.knownIPVS) }
  }

  // MARK: - Fields of the agent

  private mutating func readAgentFields(_ fields: DocumentFields) {
    configuration.agent.healthzBindAddress = text(fields["healthzBindAddress"])
    configuration.agent.metricsBindAddress = text(fields["metricsBindAddress"])
    configuration.agent.bindAddressHardFail = fields["bindAddressHardFail"]?.boolean(&diagnostics)
    if let node = fields["clientConnection"] {
      let fields = node.fields(&diagnostics)
      configuration.agent.kubeconfig = text(fields["kubeconfig"])?.value
      warnUnknown(fields, besides: Set(["kubeconfig"] + Self.withoutEffectOfClient.map(\.field)))
      ignore(fields, Self.withoutEffectOfClient, in: "clientConnection.")
    }
    if let node = fields["iptables"] { configuration.agent.iptables = periods(node) }
    if let node = fields["nftables"] { configuration.agent.nftables = periods(node) }
    if let node = fields["conntrack"] { readConntrack(node) }
    if let node = fields["logging"] {
      let fields = node.fields(&diagnostics)
      configuration.agent.logFormat = text(fields["format"])
      configuration.agent.verbosity = fields["verbosity"]?.integer(in: 0...100, &diagnostics)
      warnUnknown(fields, besides: Set(["format", "verbosity"] + Self.withoutEffectOfLogging.map(\.field)))
      ignore(fields, Self.withoutEffectOfLogging, in: "logging.")
    }
    ignore(fields, Self.withoutEffect)
  }

  private mutating func ignore(
    _ fields: DocumentFields, _ names: [(field: String, reason: String)], in section: String = ""
  ) {
    for (field, reason) in names {
      guard let node = fields[field], !Self.isEmpty(node) else { continue }
      configuration.agent.ignored.append(Located("\(section)\(field): \(reason)", at: node.position))
    }
  }

  static let withoutEffectOfClient: [(field: String, reason: String)] = [
    ("qps", "an agent makes a handful of requests"), ("burst", "an agent makes a handful of requests"),
    ("contentType", "JSON is spoken"), ("acceptContentTypes", "JSON is spoken"),
  ]

  static let withoutEffectOfLogging: [(field: String, reason: String)] = [
    ("flushFrequency", "each line is written at once"), ("vmodule", "there is one level for all"),
    ("options", "text and JSON have no options"),
  ]

  /// Fields that an agent warns about when they are written, and why they do nothing.
  static let withoutEffect: [(field: String, reason: String)] = [
    ("featureGates", "there are no feature gates here"),
    ("enableProfiling", "there is no profiling over HTTP"),
    ("showHiddenMetricsForVersion", "no metric is hidden"),
    (
      "oomScoreAdj", "set it where the process is started: OOMScoreAdjust= of systemd, or the priority class of the Pod"
    ),
    ("configSyncPeriod", "objects are watched, and listed again only when a watch is lost"),
    ("portRange", "no port is chosen here"),
    ("ipvs", "there is no ipvs mode"),
    ("winkernel", "this is Linux"),
    ("windowsRunAsService", "this is Linux"),
  ]

  /// kubeadm writes all fields, most of them with the zero value.
  private static func isEmpty(_ node: DocumentNode) -> Bool {
    switch node.kind {
    case .null: true
    case .mapping: node.entries.allSatisfy { isEmpty($0.value) }
    case .list: node.elements.isEmpty
    case .string: ["", "0s", "0"].contains(node.string)
    case .number: node.integer == 0
    case .boolean: node.boolean == false
    }
  }

  private mutating func periods(_ node: DocumentNode) -> KubeProxyConfiguration.AgentFields.Periods {
    let fields = node.fields(&diagnostics)
    return KubeProxyConfiguration.AgentFields.Periods(
      syncPeriod: duration(fields["syncPeriod"]), minSyncPeriod: duration(fields["minSyncPeriod"]))
  }

  private mutating func readConntrack(_ node: DocumentNode) {
    let fields = node.fields(&diagnostics)
    var conntrack = KubeProxyConfiguration.AgentFields.ConntrackFields()
    conntrack.isWritten = true
    conntrack.maxPerCore = fields["maxPerCore"]?.integer(in: 0...Int(Int32.max), &diagnostics)
    conntrack.min = fields["min"]?.integer(in: 0...Int(Int32.max), &diagnostics)
    conntrack.tcpEstablishedTimeout = duration(fields["tcpEstablishedTimeout"])
    conntrack.tcpCloseWaitTimeout = duration(fields["tcpCloseWaitTimeout"])
    conntrack.udpTimeout = duration(fields["udpTimeout"])
    conntrack.udpStreamTimeout = duration(fields["udpStreamTimeout"])
    configuration.agent.conntrack = conntrack
  }

  /// Seconds of a duration as Go writes it.
  private mutating func duration(_ node: DocumentNode?) -> Double? {
    guard let node, let text = text(node) else { return nil }
    guard let seconds = GoDuration.seconds(text.value) else {
      diagnostics.append(node.diagnostic(.error, "\"\(text.value)\" is no duration such as 30s or 1h0m0s"))
      return nil
    }
    return seconds
  }

  // MARK: - Fields

  private mutating func readMode(_ node: DocumentNode?) {
    guard let node, let mode = text(node) else { return }
    switch mode.value {
    case "iptables": configuration.target = .iptables
    case "nftables": configuration.target = .nftMaps
    case "ipvs":
      diagnostics.append(
        node.diagnostic(
          targetIsChosen ? .warning : .error,
          "mode ipvs is not supported: kube-proxy gives it up as well. Set mode to nftables, or choose with --target"))
    default:
      diagnostics.append(node.diagnostic(.error, "\"\(mode.value)\" is neither iptables nor nftables"))
    }
  }

  private mutating func readBindAddress(_ node: DocumentNode?) {
    guard let node, let text = text(node) else { return }
    guard let address = IPAddress(text.value) else {
      diagnostics.append(node.diagnostic(.error, "\"\(text.value)\" is no IP address"))
      return
    }
    // A wildcard says nothing of the node (CFG-4).
    if !address.isUnspecified { configuration.bindAddress = address }
  }

  private mutating func readClusterCIDR(_ node: DocumentNode?) {
    guard let node, let text = text(node) else { return }
    for part in OptionList.split([text.value]) {
      if let prefix = IPPrefix(part) {
        configuration.clusterCIDRs.append(prefix)
      } else {
        diagnostics.append(node.diagnostic(.error, "\"\(part)\" is no CIDR such as 10.244.0.0/16"))
      }
    }
  }

  private mutating func readNodePortAddresses(_ node: DocumentNode) {
    var entries: [NodePortAddressEntry] = []
    for element in node.elements(&diagnostics) {
      guard let text = element.string(&diagnostics) else { continue }
      if let entry = NodePortAddressEntry(text) {
        entries.append(entry)
      } else {
        diagnostics.append(
          element.diagnostic(.error, "\"\(text)\" is neither a CIDR nor primary, localhost or all"))
      }
    }
    // An empty list is the default of the mode (NPA-5).
    configuration.nodePortAddresses = entries.isEmpty ? nil : entries
  }

  /// A string that is not empty.
  private mutating func text(_ node: DocumentNode?) -> Located<String>? {
    guard let node, let text = node.string(&diagnostics), !text.isEmpty else { return nil }
    return Located(text, at: node.position)
  }

  // MARK: - Names

  private mutating func warnUnknown(_ fields: DocumentFields, besides known: Set<String>) {
    for key in fields.unknown(besides: known) {
      diagnostics.append(
        key.diagnostic(.warning, "\"\(key.string ?? "")\" is not a field of KubeProxyConfiguration v1alpha1"))
    }
  }

  private static let known: Set<String> = [
    "apiVersion", "kind", "featureGates", "clientConnection", "logging", "hostnameOverride", "bindAddress",
    "healthzBindAddress", "metricsBindAddress", "bindAddressHardFail", "enableProfiling", "showHiddenMetricsForVersion",
    "mode", "iptables", "ipvs", "nftables", "winkernel", "detectLocalMode", "detectLocal", "clusterCIDR",
    "nodePortAddresses", "oomScoreAdj", "conntrack", "configSyncPeriod", "portRange", "windowsRunAsService",
  ]
  private static let knownIPTables: Set<String> = [
    "masqueradeBit", "masqueradeAll", "localhostNodePorts", "syncPeriod", "minSyncPeriod",
  ]
  private static let knownNFTables: Set<String> = ["masqueradeBit", "masqueradeAll", "syncPeriod", "minSyncPeriod"]
  private static let knownConntrack: Set<String> = [
    "maxPerCore", "min", "tcpEstablishedTimeout", "tcpCloseWaitTimeout", "tcpBeLiberal", "udpTimeout",
    "udpStreamTimeout",
  ]
  private static let knownIPVS: Set<String> = [
    "syncPeriod", "minSyncPeriod", "scheduler", "excludeCIDRs", "strictARP", "tcpTimeout", "tcpFinTimeout",
    "udpTimeout",
  ]
}
