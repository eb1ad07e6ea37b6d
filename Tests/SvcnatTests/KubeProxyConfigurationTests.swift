import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleTargets
import ServicePlan
import Testing

@testable import svcnat

@Suite struct KubeProxyConfigurationTests {
  private func read(_ text: String, targetIsChosen: Bool = false) throws -> KubeProxyConfigurationReader.Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try KubeProxyConfigurationReader.read(file.path(percentEncoded: false), targetIsChosen: targetIsChosen)
  }

  @Test func readsWhatKubeadmWrites() throws {
    let result = try read(
      """
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: ClusterConfiguration
      networking: {podSubnet: 10.244.0.0/16}
      ---
      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      kind: KubeProxyConfiguration
      bindAddress: 0.0.0.0
      bindAddressHardFail: false
      clientConnection: {kubeconfig: /var/lib/kube-proxy/kubeconfig.conf}
      clusterCIDR: 10.244.0.0/16,fd10:244::/48
      configSyncPeriod: 0s
      conntrack: {maxPerCore: null, min: null, tcpBeLiberal: true, tcpCloseWaitTimeout: null}
      detectLocal: {bridgeInterface: "", interfaceNamePrefix: ""}
      detectLocalMode: ""
      hostnameOverride: ""
      iptables: {localhostNodePorts: false, masqueradeAll: true, masqueradeBit: 13, minSyncPeriod: 0s, syncPeriod: 0s}
      mode: nftables
      nftables: {masqueradeAll: false, masqueradeBit: null}
      nodePortAddresses: null
      """)
    #expect(result.diagnostics.isEmpty)
    let configuration = result.configuration
    #expect(configuration.target == .nftMaps)
    #expect(configuration.clusterCIDRs.map(\.description) == ["10.244.0.0/16", "fd10:244::/48"])
    #expect(configuration.conntrackTCPBeLiberal == true)
    #expect(configuration.iptablesLocalhostNodePorts == false)
    #expect(configuration.iptablesMasqueradeBit == 13)
    #expect(configuration.nftablesMasqueradeBit == nil)
    #expect(configuration.bindAddress == nil && configuration.hostnameOverride == nil)
    #expect(configuration.nodePortAddresses == nil)
  }

  /// A line of the file, and what is said about it.
  @Test(arguments: [
    ("mode: ipvs", "4:7: error: mode: mode ipvs is not supported"),
    ("mode: fast", "4:7: error: mode: \"fast\" is neither iptables nor nftables"),
    ("clusterCIDR: ten", "4:14: error: clusterCIDR: \"ten\" is no CIDR"),
    ("nodePortAddresses: [everywhere]", "4:21: error: nodePortAddresses[0]: \"everywhere\" is neither a CIDR"),
    ("iptables: {masqueradeBit: 32}", "4:27: error: iptables.masqueradeBit: 32 is outside 0...31"),
    ("iptables: {masqueradeBits: 1}", "4:12: warning: iptables.masqueradeBits: \"masqueradeBits\" is not a field"),
    ("colour: blue", "4:1: warning: colour: \"colour\" is not a field"),
    ("bindAddress: here", "4:14: error: bindAddress: \"here\" is no IP address"),
  ])
  func saysWhatIsWrong(line: String, expected: String) throws {
    let result = try read(
      """
      # the proxy
      apiVersion: kubeproxy.config.k8s.io/v1alpha1
      kind: KubeProxyConfiguration
      \(line)
      """)
    let texts = result.diagnostics.map { $0.text(files: ["f"]) }
    #expect(texts.count == 1)
    #expect(texts.first?.hasPrefix("f:" + expected) == true, "\(texts)")
  }

  @Test func ipvsIsNoMatterWhereATargetIsChosen() throws {
    let result = try read(
      "kind: KubeProxyConfiguration\nmode: ipvs\n", targetIsChosen: true)
    #expect(result.diagnostics.map(\.severity) == [.warning])
  }

  @Test func anotherFileIsAnError() throws {
    #expect(try read("kind: ConfigMap\n").diagnostics.map(\.severity) == [.error])
  }
}
