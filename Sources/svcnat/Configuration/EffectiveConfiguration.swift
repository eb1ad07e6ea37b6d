#if Agent && os(Linux)
  import Foundation
  import NodeAgent

  /// What an agent goes by once flags, file and defaults are put together: the answer to `/configz`, with kube-proxy's names for
  /// what kube-proxy has as well.
  struct EffectiveConfiguration: Encodable {
    struct Periods: Encodable {
      var minSyncPeriod: String
      var syncPeriod: String
    }

    struct Shared: Encodable {
      var mode: String
      var hostnameOverride: String
      var healthzBindAddress: String
      var metricsBindAddress: String
      var bindAddressHardFail: Bool
      var iptables: Periods?
      var nftables: Periods?
    }

    struct Own: Encodable {
      var target: String
      var families: [String]
      var serviceProxyName: String?
      var takeOver: Bool
      var ownTable: Bool
      var cleanupOnExit: Bool
      var serviceConnectionMetricsLimit: Int?
    }

    private enum CodingKeys: String, CodingKey {
      case shared = "kubeproxy.config.k8s.io"
      case own = "svcnat"
    }

    private var shared: Shared
    private var own: Own

    init(_ configuration: AgentConfiguration) {
      let faces = configuration.faces
      let periods = Periods(
        minSyncPeriod: Self.text(configuration.minSyncPeriod), syncPeriod: Self.text(configuration.syncPeriod))
      shared = Shared(
        mode: faces.proxyMode, hostnameOverride: configuration.nodeName,
        healthzBindAddress: faces.healthz?.description ?? "", metricsBindAddress: faces.metrics?.description ?? "",
        bindAddressHardFail: faces.failsWithoutAddress)
      if configuration.target == .iptables {
        shared.iptables = periods
      } else {
        shared.nftables = periods
      }
      own = Own(
        target: configuration.target.rawValue, families: configuration.families.map(\.rawValue),
        serviceProxyName: configuration.serviceProxyName, takeOver: configuration.takesOver,
        ownTable: configuration.ownsTables, cleanupOnExit: configuration.cleansUpOnExit,
        serviceConnectionMetricsLimit: configuration.connectionMetricsLimit)
    }

    /// As Go writes durations: `1.5s`.
    private static func text(_ duration: Duration) -> String {
      let seconds = duration / .seconds(1)
      return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
    }

    var text: String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
  }
#endif
