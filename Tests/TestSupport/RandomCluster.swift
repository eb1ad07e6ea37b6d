import KubernetesObjects
import ServicePlan

/// Reads `KubeProxyDumps/random`: larger clusters with many Services each.
enum RandomCluster {
  static func all() throws -> [ReferenceCase] {
    try TestData.names(in: "KubeProxyDumps/random").map { seed in
      let directory = "KubeProxyDumps/random/" + seed
      var reader = ObjectReader()
      var input = try TestData.text(directory + "/input.yaml")
      input.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: directory + "/input.yaml") }
      return ReferenceCase(
        name: "random-" + seed, step: 0, objects: try reader.finish().withoutErrors(),
        configuration: try CaseConfiguration.read(TestData.document(directory + "/config.yaml")),
        modes: Set(ProxyMode.allCases), since: nil, dumpDirectory: directory)
    }
  }
}
