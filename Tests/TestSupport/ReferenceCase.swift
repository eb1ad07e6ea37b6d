import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// One input with its node: a conformance case at one of its steps, or one of the random clusters.
public struct ReferenceCase: Sendable, CustomStringConvertible {
  /// The name of the case, or `random-` and the seed.
  public var name: String
  /// From 0. Cases without steps have the step 0 alone.
  public var step: Int
  /// All objects that are there after the step.
  public var objects: ObjectSet
  /// The node after the step.
  public var configuration: NodeConfiguration
  /// The modes of kube-proxy the case is for.
  public var modes: Set<ProxyMode>
  /// The first minor release of kube-proxy that behaves so, such as `1.37`; nil: 1.36 or earlier.
  public var since: String?
  /// The directory of the dumps, below ``TestData/directory``.
  var dumpDirectory: String

  public var description: String { step == 0 ? name : "\(name), step \(step)" }

  /// Every case and step, then the random clusters.
  public static var all: [ReferenceCase] {
    get throws { try loaded.get() }
  }

  private static let loaded = Result { try CaseFile.all() + RandomCluster.all() }

  /// The cases for a mode that kube-proxy 1.36 was seen in.
  public static func dumped(for mode: ProxyMode) throws -> [ReferenceCase] {
    try all.filter { $0.modes.contains(mode) && !$0.dumpNames.isEmpty }
  }

  /// The plans of both families, IPv4 first.
  public var plans: [NodePlan] {
    ClusterPlanner(configuration: configuration).plan(objects).plans
  }

  private var dumpNames: [String] { TestData.names(in: dumpDirectory) }

  /// What `iptables-save` printed of kube-proxy's rules of a family; nil: there is no dump.
  public func iptablesDump(_ family: IPFamily) -> String? {
    try? TestData.text("\(dumpDirectory)/iptables-save.\(family == .ipv4 ? "v4" : "v6").txt")
  }

  /// What `nft list table` printed of kube-proxy's tables of both families; nil: there is no dump.
  public func nftablesDump() -> String? {
    try? TestData.text("\(dumpDirectory)/nft.txt")
  }
}
