import FlowCases
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
      let objects = reader.finish()
      var diagnostics = objects.diagnostics.filter { $0.severity == .error }
      let configuration = CaseConfigurationReader.read(
        try TestData.document(directory + "/config.yaml"), &diagnostics)
      guard diagnostics.isEmpty, let configuration else {
        throw TestDataError(diagnostics.map { $0.text(files: objects.files) }.joined(separator: "\n"))
      }
      return ReferenceCase(
        name: "random-" + seed, step: 0, objects: objects, configuration: configuration,
        modes: Set(ProxyMode.allCases), since: nil, dumpDirectory: directory)
    }
  }
}
