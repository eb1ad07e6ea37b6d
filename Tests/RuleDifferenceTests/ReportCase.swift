import KubernetesObjects
import NetworkAddresses
import RuleDifference
import RuleTargets
import ServicePlan
import TestSupport
import Testing

/// A folder of `Reports`: two inputs, and what each format says of them.
struct ReportCase: CustomTestStringConvertible, Sendable {
  let name: String
  var testDescription: String { name }

  static let root = "RuleDifferenceTests/Reports"
  static let all = TestData.names(in: root).map(ReportCase.init)

  /// Names of files as nobody should give them, and somebody will.
  static let nastyName = "a|b`c,d::e%\n::error::<img src=x>@all [x](y).yaml"

  private var targets: (old: RuleTarget, new: RuleTarget) {
    name == "targets" ? (.iptables, .nftChains) : (.nftMaps, .nftMaps)
  }

  /// The node that all cases are seen from.
  static let configuration: NodeConfiguration = {
    var configuration = NodeConfiguration(nodeName: "node-1")
    let addresses = ["192.0.2.11", "198.51.100.11", "2001:db8::11"].compactMap { IPAddress($0) }
    configuration.nodeIPs = [addresses[0], addresses[2]]
    configuration.interfaceAddresses = addresses
    configuration.detectLocal = .clusterCIDR(["10.244.0.0/16", "fd00:244::/48"].compactMap { IPPrefix($0) })
    configuration.serviceCIDRs = ["10.96.0.0/16", "fd00:96::/112"].compactMap { IPPrefix($0) }
    return configuration
  }()

  private func side(_ file: String, _ target: RuleTarget) throws -> (NodeDifference.Side, [NodePlan]) {
    var text = try TestData.text("\(ReportCase.root)/\(name)/\(file)")
    let label = name == "nasty" ? "\(file) \(ReportCase.nastyName)" : file
    var reader = ObjectReader()
    text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: label) }
    let objects = reader.finish()
    if objects.hasErrors { throw TestDataError("\(name)/\(file): \(objects.diagnostics)") }
    let families: [IPFamily] = name == "dual-stack" ? [.ipv4, .ipv6] : [.ipv4]
    let plans = ClusterPlanner(configuration: ReportCase.configuration).plan(objects, families: families).plans
    return (NodeDifference.Side(name: label, kind: .manifests, target: target, files: objects.files), plans)
  }

  func difference() throws -> NodeDifference {
    let (old, oldPlans) = try side("old.yaml", targets.old)
    let (new, newPlans) = try side("new.yaml", targets.new)
    let nodes = zip(oldPlans, newPlans).map {
      (ComparedNode($0, target: targets.old), ComparedNode($1, target: targets.new))
    }
    return try NodeDifference(from: old, to: new, nodes: nodes.map { (old: $0.0, new: $0.1) })
  }

  func report(isVerbose: Bool = false) throws -> DifferenceReport {
    DifferenceReport(try difference(), version: "1.0.0", isVerbose: isVerbose)
  }

  func unified() throws -> String {
    let (old, oldPlans) = try side("old.yaml", targets.old)
    let (new, newPlans) = try side("new.yaml", targets.new)
    return zip(oldPlans, newPlans).map { before, after in
      RuleTextDifference(
        oldName: "\(old.name) \(targets.old.fileName(before.family))", targets.old.compile(before),
        newName: "\(new.name) \(targets.new.fileName(after.family))", targets.new.compile(after)
      ).unified()
    }.joined()
  }

  /// Every expected file and what it has to say.
  func texts() throws -> [(file: String, text: String)] {
    let report = try report()
    return try DifferenceReport.Format.allCases.map { ("report.\($0.rawValue)", report.text($0)) }
      + [("report.unified", unified())]
  }
}
