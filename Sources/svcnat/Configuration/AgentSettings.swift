#if Agent && os(Linux)
  import ArgumentParser
  import Foundation
  import KernelParameters
  import KubernetesObjects
  import Logging
  import NetworkAddresses
  import NodeAgent
  import RuleTargets
  import ServicePlan

  /// What is wrong with a configuration file, a line each.
  struct ConfigurationMistakes: Error, CustomStringConvertible {
    var description: String
  }

  /// What flags and the configuration file say of an agent.
  struct AgentSettings {
    var configuration: AgentConfiguration
    var file: KubeProxyConfiguration?
    /// Nil: not said.
    var nodeName: String?
    var log: Logger
    /// What is written and has no effect.
    var warnings: [String]

    static var hostName: String { ProcessInfo.processInfo.hostName.lowercased() }

    /// - Throws: `ValidationError`; an exit code where the file has errors, once they are printed.
    init(node: NodeOptions, source: AgentSource, behaviour: AgentBehaviour) throws {
      var warnings: [String] = []
      if let path = node.config {
        let result = try KubeProxyConfigurationReader.read(path, targetIsChosen: behaviour.target != nil)
        if result.diagnostics.contains(where: { $0.severity == .error }) {
          throw ConfigurationMistakes(
            description: result.diagnostics.map { $0.text(files: [result.file]) }.joined(separator: "\n"))
        }
        // The log says itself how bad it is.
        warnings += result.diagnostics.map {
          $0.text(files: [result.file]).replacing(" warning: ", with: " ", maxReplacements: 1)
        }
        warnings += result.configuration.agent.ignored.map { "\(result.file):\($0.position.line): \($0.value)" }
        file = result.configuration
      }
      let fields = file?.agent ?? KubeProxyConfiguration.AgentFields()
      let target = behaviour.target ?? file?.target ?? .nftMaps
      if behaviour.ownTable, target == .iptables {
        throw ValidationError("--own-table: the target iptables has no table of its own; use nft-maps or nft-chains")
      }
      var nodeName = node.nodeName ?? file?.hostnameOverride
      if nodeName == nil, source.source == nil { nodeName = AgentSettings.hostName }
      self.nodeName = nodeName
      var options = node
      options.nodeName = nodeName
      if behaviour.serviceProxyName != nil, options.nftablesMasqueradeBit == nil, file?.nftablesMasqueradeBit == nil {
        // Another proxy beside this one has the usual bit, and clears it.
        options.nftablesMasqueradeBit = 15
      }
      if behaviour.serviceProxyName != nil, options.iptablesMasqueradeBit == nil, file?.iptablesMasqueradeBit == nil {
        options.iptablesMasqueradeBit = 15
      }
      let families = behaviour.family.map { [$0.family] } ?? AgentSettings.families
      configuration = AgentConfiguration(target: target) { [file, options] node in
        var objects = ObjectSet()
        if let node { objects.nodes = [node] }
        return try NodeResolution(options: options, file: file, serviceCIDRs: [], objects: objects)
          .resolve(for: target.mode, families: families).configuration
      }
      _ = try configuration.resolveNode(nil)
      configuration.nodeName = nodeName ?? AgentSettings.hostName
      configuration.families = families
      configuration.serviceProxyName = behaviour.serviceProxyName
      configuration.takesOver = behaviour.takeOver
      configuration.ownsTables = behaviour.ownTable
      configuration.cleansUpOnExit = behaviour.cleanupOnExit
      configuration.connectionMetricsLimit = try AgentSettings.connectionMetricsLimit(behaviour, target)
      let periods = target == .iptables ? fields.iptables : fields.nftables
      let others = target == .iptables ? fields.nftables : fields.iptables
      if others != KubeProxyConfiguration.AgentFields.Periods(), others != periods {
        warnings.append(
          "periods of \(target == .iptables ? "nftables" : "iptables") have no effect with target \(target.rawValue)")
      }
      // A zero in the file is the default (CFG-6); kubeadm writes it.
      configuration.minSyncPeriod = .seconds(
        try AgentSettings.duration(behaviour.minSyncPeriod, "--min-sync-period")
          ?? periods.minSyncPeriod.flatMap { $0 > 0 ? $0 : nil } ?? 1)
      configuration.syncPeriod = .seconds(
        try AgentSettings.duration(behaviour.syncPeriod, "--sync-period").map { max($0, 1) }
          ?? periods.syncPeriod.flatMap { $0 > 0 ? $0 : nil } ?? 30)
      configuration.conntrack = AgentSettings.conntrack(fields, node)
      configuration.faces = try AgentSettings.faces(fields, behaviour, target)
      configuration.faces.configuration = EffectiveConfiguration(configuration).text
      log = try AgentSettings.logger(fields, behaviour)
      self.warnings = warnings
    }

    /// Both, unless this node has no IPv6.
    private static var families: [IPFamily] {
      KernelParameterFiles().isIPv6Available ? IPFamily.allCases : [.ipv4]
    }

    /// Nil: connections are not counted.
    private static func connectionMetricsLimit(_ behaviour: AgentBehaviour, _ target: RuleTarget) throws -> Int? {
      guard behaviour.serviceConnectionMetrics else {
        if behaviour.serviceConnectionMetricsLimit == nil { return nil }
        throw ValidationError("--service-connection-metrics-limit does nothing without --service-connection-metrics")
      }
      guard target == .nftMaps else {
        throw ValidationError(
          "--service-connection-metrics needs the target nft-maps: \(target.rawValue) counts nothing")
      }
      let limit = behaviour.serviceConnectionMetricsLimit ?? 1000
      guard limit >= 0 else { throw ValidationError("--service-connection-metrics-limit: \(limit) is less than 0") }
      return limit
    }

    private static func duration(_ text: String?, _ option: String) throws -> Double? {
      guard let text else { return nil }
      guard let seconds = GoDuration.seconds(text) else {
        throw ValidationError("\(option): \"\(text)\" is no duration such as 30s or 1h0m0s")
      }
      return seconds
    }

    /// Nil without a section `conntrack`: then it is the machine's, not ours.
    private static func conntrack(
      _ fields: KubeProxyConfiguration.AgentFields, _ node: NodeOptions
    ) -> ConntrackConfiguration? {
      guard fields.conntrack.isWritten else { return nil }
      var conntrack = ConntrackConfiguration()
      if let value = fields.conntrack.maxPerCore { conntrack.maxPerCore = value }
      if let value = fields.conntrack.min { conntrack.min = value }
      if let value = fields.conntrack.tcpEstablishedTimeout { conntrack.tcpEstablishedTimeout = Int(value) }
      if let value = fields.conntrack.tcpCloseWaitTimeout { conntrack.tcpCloseWaitTimeout = Int(value) }
      if let value = fields.conntrack.udpTimeout { conntrack.udpTimeout = Int(value) }
      if let value = fields.conntrack.udpStreamTimeout { conntrack.udpStreamTimeout = Int(value) }
      conntrack.tcpBeLiberal = node.conntrackTcpBeLiberal ?? false
      return conntrack
    }

    private static func faces(
      _ fields: KubeProxyConfiguration.AgentFields, _ behaviour: AgentBehaviour, _ target: RuleTarget
    ) throws -> FaceConfiguration {
      var faces = FaceConfiguration()
      let defaults = FaceConfiguration()
      faces.healthz = try binding(
        behaviour.healthzBindAddress ?? fields.healthzBindAddress?.value, defaults.healthz, "healthzBindAddress", 10256)
      faces.metrics = try binding(
        behaviour.metricsBindAddress ?? fields.metricsBindAddress?.value, defaults.metrics, "metricsBindAddress", 10249)
      faces.failsWithoutAddress = fields.bindAddressHardFail ?? false
      faces.proxyMode = target.mode == .iptables ? "iptables" : "nftables"
      return faces
    }

    private static func binding(
      _ text: String?, _ standard: SocketBinding?, _ name: String, _ port: UInt16
    ) throws -> SocketBinding? {
      guard let text else { return standard }
      if text.isEmpty { return nil }
      guard let binding = SocketBinding(text, defaultPort: port) else {
        throw ValidationError("\(name): \"\(text)\" is no address and port such as 127.0.0.1:\(port)")
      }
      return binding
    }

    private static func logger(
      _ fields: KubeProxyConfiguration.AgentFields, _ behaviour: AgentBehaviour
    ) throws -> Logger {
      let formatText = behaviour.logFormat ?? fields.logFormat?.value ?? "text"
      guard let format = AgentLogHandler.Format(rawValue: formatText) else {
        throw ValidationError("the log format \"\(formatText)\" is neither text nor json")
      }
      let levelText = behaviour.logLevel ?? ((fields.verbosity ?? 0) >= 4 ? "debug" : "info")
      guard let level = Logger.Level(rawValue: levelText) else {
        throw ValidationError("--log-level: \"\(levelText)\" is none of debug, info, warning, error")
      }
      return Logger(label: "svcnat") { _ in AgentLogHandler(format, level: level) }
    }
  }
#endif
