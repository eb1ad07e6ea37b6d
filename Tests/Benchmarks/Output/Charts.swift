import Foundation

/// The plots of a run.
struct Charts {
  private let results: Results

  init(_ results: Results) { self.results = results }

  /// Writes `NAME.svg` and `NAME~dark.svg` for each plot.
  func write(to directory: String) throws {
    let directory = URL(filePath: directory)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (name, plot) in plots where !plot.lines.isEmpty {
      for (suffix, dark) in [("", false), ("~dark", true)] {
        try Data(plot.svg(dark: dark).utf8).write(to: directory.appending(path: "\(name)\(suffix).svg"))
      }
    }
  }

  var plots: [(name: String, plot: LogPlot)] {
    let services = "Services, 5 endpoints each"
    return [
      (
        "benchmark-compiler",
        LogPlot(
          title: "From a dump to rules: each stage", horizontal: services,
          lines: [
            grown(.decodeYAML, nil, "decode YAML"), grown(.decodeJSON, nil, "decode JSON"), grown(.plan, nil, "plan"),
            grown(.lower, "nft-maps", "lower nft-maps"), grown(.lower, "nft-chains", "lower nft-chains"),
            grown(.lower, "iptables", "lower iptables"), grown(.emit, "nft-maps", "emit nft-maps"),
            grown(.emit, "nft-chains", "emit nft-chains"), grown(.emit, "iptables", "emit iptables"),
            grown(.encode, "nft-maps", "encode nft-maps"),
          ].compactMap { $0 }, label: FigureText.seconds)
      ),
      (
        "benchmark-loads",
        LogPlot(
          title: "Rules into an empty kernel", horizontal: services,
          lines: [
            grown(.coldLoad, "nft-maps", "nft-maps, netlink"),
            grown(.kernelAlone, "nft-maps", "nft-maps, kernel alone"),
            grown(.nft, "nft-maps", "nft-maps, nft -f"), grown(.coldLoad, "nft-chains", "nft-chains, netlink"),
            grown(.nft, "nft-chains", "nft-chains, nft -f"),
            grown(.restoreLegacy, "iptables", "iptables-legacy-restore"),
            grown(.restoreNFT, "iptables", "iptables-nft-restore"), quoted(.start, "kube-proxy nftables"),
            quoted(.start, "kube-proxy iptables-legacy"),
          ].compactMap { $0 }, label: FigureText.seconds)
      ),
      (
        "benchmark-updates",
        LogPlot(
          title: "A change of the cluster, until it is committed", horizontal: services,
          lines: [
            grown(.endpointReplaced, "nft-maps", "endpoint replaced"),
            grown(.countChanged, "nft-maps", "count changed"),
            grown(.serviceAdded, "nft-maps", "Service added"), grown(.serviceRemoved, "nft-maps", "Service removed"),
            grown(.onePercent, "nft-maps", "1 % of Services"), grown(.everything, "nft-maps", "all Services"),
            quoted(.endpointReplaced, "kube-proxy nftables"), quoted(.endpointReplaced, "kube-proxy iptables-legacy"),
          ].compactMap { $0 }, label: FigureText.seconds)
      ),
      (
        "benchmark-packets-services",
        LogPlot(
          title: "A new connection, by Services", horizontal: services,
          lines: ["nft-maps", "nft-chains", "iptables"].compactMap { packets($0, $0, endpoints: 5) },
          label: FigureText.seconds, showsExponents: false)
      ),
      (
        "benchmark-packets-endpoints",
        LogPlot(
          title: "A new connection to one Service, by its endpoints", horizontal: "endpoints",
          lines: ["nft-maps", "nft-chains", "iptables"].compactMap { packets($0, $0, services: 1) },
          label: FigureText.seconds, showsExponents: false)
      ),
      (
        "benchmark-memory",
        LogPlot(
          title: "The most memory a stage holds", horizontal: services,
          lines: [
            memory(.decodeJSON, nil, "decode JSON"), memory(.plan, nil, "plan"),
            memory(.emit, "nft-maps", "emit nft-maps"), memory(.emit, "iptables", "emit iptables"),
            memory(.start, "nft-maps", "start to committed rules"),
            memory(.endpointReplaced, "nft-maps", "kept by a running node"),
          ].compactMap { $0 }, label: FigureText.bytes)
      ),
    ]
  }

  private func grown(_ stage: Stage, _ target: String?, _ name: String) -> LogPlot.Line? {
    let points = results.series(stage, target, endpoints: 5).map { (size: Double($0.services), cost: $0.spread.median) }
    return points.count < 2 ? nil : LogPlot.Line(name: name, points: points, least: Double(GrowthTable.leastServices))
  }

  private func packets(_ target: String, _ name: String, endpoints: Int? = nil, services: Int? = nil) -> LogPlot.Line? {
    let points = results.series(.newConnection, target, endpoints: endpoints, services: services)
      .map { (size: Double(services == nil ? $0.services : $0.endpoints), cost: $0.spread.median) }
    return points.count < 2 ? nil : LogPlot.Line(name: name, points: points)
  }

  private func memory(_ stage: Stage, _ target: String?, _ name: String) -> LogPlot.Line? {
    let points = results.series(stage, target, endpoints: 5).compactMap { each in
      each.peakMemory.map { (size: Double(each.services), cost: Double($0)) }
    }
    return points.count < 2 ? nil : LogPlot.Line(name: name, points: points, least: Double(GrowthTable.leastServices))
  }

  /// Figures of kube-proxy, which were taken with 10 endpoints each.
  private func quoted(_ stage: Stage, _ target: String) -> LogPlot.Line? {
    let points = results.measurements.filter { $0.stage == stage && $0.target == target && $0.endpoints == 10 }
      .sorted { $0.services < $1.services }.map { (size: Double($0.services), cost: $0.spread.median) }
    return points.count < 2
      ? nil
      : LogPlot.Line(
        name: "\(target) (10 each)", points: points, isQuoted: true, least: Double(GrowthTable.leastServices))
  }
}
