import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan

/// The fields of a KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1) that shape rules. Nil: not written, or empty.
struct KubeProxyConfiguration: Hashable, Sendable {
  /// What `mode` chooses.
  var target: RuleTarget?
  var hostnameOverride: String?
  /// Only where it is one address and not a wildcard.
  var bindAddress: IPAddress?
  var clusterCIDRs: [IPPrefix] = []
  var detectLocalMode: Located<String>?
  var bridgeInterface: String?
  var interfaceNamePrefix: String?
  var nodePortAddresses: [NodePortAddressEntry]?
  var iptablesMasqueradeAll: Bool?
  var iptablesMasqueradeBit: Int?
  var iptablesLocalhostNodePorts: Bool?
  var nftablesMasqueradeAll: Bool?
  var nftablesMasqueradeBit: Int?
  var conntrackTCPBeLiberal: Bool?
  /// What does not shape rules, but how an agent keeps them.
  var agent = AgentFields()

  /// Durations are in seconds. Nil: not written.
  struct AgentFields: Hashable, Sendable {
    var healthzBindAddress: Located<String>?
    var metricsBindAddress: Located<String>?
    var bindAddressHardFail: Bool?
    var kubeconfig: String?
    var iptables = Periods()
    var nftables = Periods()
    var conntrack = ConntrackFields()
    var logFormat: Located<String>?
    /// Values of `logging.verbosity`; from 4 on everything is said.
    var verbosity: Int?
    /// Fields that are there and do nothing here, each with the reason.
    var ignored: [Located<String>] = []

    struct Periods: Hashable, Sendable {
      var syncPeriod: Double?
      var minSyncPeriod: Double?
    }

    struct ConntrackFields: Hashable, Sendable {
      var isWritten = false
      var maxPerCore: Int?
      var min: Int?
      var tcpEstablishedTimeout: Double?
      var tcpCloseWaitTimeout: Double?
      var udpTimeout: Double?
      var udpStreamTimeout: Double?
    }
  }
}
