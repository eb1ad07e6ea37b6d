import KubernetesObjects
import ServicePlan
import Yams

/// Reads `KubeProxyDumps/random`: larger clusters with many Services each.
enum RandomCluster {
  static func all() throws -> [ReferenceCase] {
    try TestData.names(in: "KubeProxyDumps/random").map { seed in
      let directory = "KubeProxyDumps/random/" + seed
      guard let config = try Yams.compose(yaml: TestData.text(directory + "/config.yaml")) else {
        throw TestDataError("\(directory)/config.yaml is empty")
      }
      let file = directory + "/input.yaml"
      return ReferenceCase(
        name: "random-" + seed, step: 0,
        objects: try ManifestReader.read(Array(Yams.compose_all(yaml: TestData.text(file))), file: file),
        configuration: try CaseConfiguration.read(config), modes: Set(ProxyMode.allCases), since: nil,
        dumpDirectory: directory)
    }
  }
}
