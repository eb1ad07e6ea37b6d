import KubernetesObjects
import ServicePlan
import Yams

/// Reads `ConformanceCases`: the format is described in the directory's cases themselves, one YAML file each.
enum CaseFile {
  static func all() throws -> [ReferenceCase] {
    try TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") }.flatMap(read)
  }

  private static func read(_ file: String) throws -> [ReferenceCase] {
    guard let root = try Yams.compose(yaml: TestData.text("ConformanceCases/" + file)),
      let name = root["name"]?.string, let config = root["config"]
    else { throw TestDataError("\(file): not a conformance case") }
    var configuration = try CaseConfiguration.read(config)
    let modes = try root["modes"]?.array().map { mode in
      guard let mode = mode.string.flatMap(ProxyMode.init(rawValue:)) else {
        throw TestDataError("\(file): unknown mode")
      }
      return mode
    }
    var manifests = Manifests()
    for manifest in root["objects"]?.array() ?? [] { try manifests.apply(manifest) }

    func state(_ step: Int) throws -> ReferenceCase {
      ReferenceCase(
        name: name, step: step, objects: try manifests.objects(from: file), configuration: configuration,
        modes: Set(modes ?? ProxyMode.allCases), since: root["since"]?.string,
        dumpDirectory: "KubeProxyDumps/cases/\(name)/\(step)")
    }
    guard let steps = root["steps"]?.array() else { return [try state(0)] }
    return try steps.enumerated().map { index, step in
      for manifest in step["apply"]?.array() ?? [] { try manifests.apply(manifest) }
      for manifest in step["delete"]?.array() ?? [] { try manifests.delete(manifest) }
      if let zone = step["nodeZone"]?.string { configuration.zone = zone.isEmpty ? nil : zone }
      return try state(index)
    }
  }
}
