#if Agent && os(Linux)
  import ArgumentParser
  import RuleTargets

  /// How an agent behaves. Flags win over `--config`.
  struct AgentBehaviour: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "nft-maps, nft-chains or iptables. Default: as `mode` of --config, else nft-maps.", valueName: "target"))
    var target: RuleTarget?

    @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both, if the node has IPv6.", valueName: "family"))
    var family: RuleOptions.Family?

    @Option(
      help: ArgumentHelp(
        "Serve only Services with this label service.kubernetes.io/service-proxy-name, beside another proxy.",
        valueName: "name"))
    var serviceProxyName: String?

    @Flag(help: "Remove the rules of a kube-proxy once these are in force. Stop it first, else it puts them back.")
    var takeOver = false

    @Flag(help: "Let nobody else change the tables of nft-maps and nft-chains while the agent runs. Needs Linux 6.9.")
    var ownTable = false

    @Flag(help: "Remove the rules when the agent ends.")
    var cleanupOnExit = false

    @Option(help: ArgumentHelp("From one sync to the next, such as 1s or 0. Default: 1s.", valueName: "duration"))
    var minSyncPeriod: String?

    @Option(help: ArgumentHelp("Until a failed sync is tried again. Default: 30s.", valueName: "duration"))
    var syncPeriod: String?

    @Option(
      help: ArgumentHelp(
        "Where /healthz and /livez are; \"\" for nowhere. Default: 0.0.0.0:10256.", valueName: "address:port"))
    var healthzBindAddress: String?

    @Option(
      help: ArgumentHelp(
        "Where /metrics, /proxyMode and /configz are; \"\" for nowhere. Default: 127.0.0.1:10249.",
        valueName: "address:port"))
    var metricsBindAddress: String?

    @Flag(
      help: """
        nft-maps: count connections to each service port, and show them on /metrics as svcnat_service_connections_total.
        """)
    var serviceConnectionMetrics = false

    @Option(
      help: ArgumentHelp(
        "Service ports that --service-connection-metrics shows one by one; all others are one sum. Default: 1000.",
        valueName: "number"))
    var serviceConnectionMetricsLimit: Int?

    @Option(help: ArgumentHelp("text or json. Default: text.", valueName: "format"))
    var logFormat: String?

    @Option(help: ArgumentHelp("debug, info, warning or error. Default: info.", valueName: "level"))
    var logLevel: String?
  }
#endif
