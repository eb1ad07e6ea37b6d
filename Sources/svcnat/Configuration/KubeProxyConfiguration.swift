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
}
