import KubernetesObjects
import ServicePlan

/// Reads `ConformanceCases`: one YAML file each.
enum CaseFile {
  static func all() throws -> [ReferenceCase] {
    try TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") }.flatMap(read)
  }

  private static func read(_ file: String) throws -> [ReferenceCase] {
    let root = try TestData.document("ConformanceCases/" + file)
    guard let name = root["name"]?.string, let config = root["config"], let modes = root["modes"] else {
      throw TestDataError("\(file): not a conformance case")
    }
    var configuration = try CaseConfiguration.read(config)
    let proxyModes = try modes.elements.map { mode in
      guard let mode = mode.string.flatMap(ProxyMode.init(rawValue:)) else {
        throw TestDataError("\(file): unknown mode")
      }
      return mode
    }
    var manifests = Manifests()
    for manifest in root["objects"]?.elements ?? [] { try manifests.apply(manifest) }

    func state(_ step: Int) throws -> ReferenceCase {
      ReferenceCase(
        name: name, step: step, objects: try manifests.objects(), configuration: configuration,
        modes: Set(proxyModes), since: root["since"]?.string, dumpDirectory: "KubeProxyDumps/cases/\(name)/\(step)")
    }
    guard let steps = root["steps"]?.elements else { return [try state(0)] }
    return try steps.enumerated().map { index, step in
      for manifest in step["apply"]?.elements ?? [] { try manifests.apply(manifest) }
      for manifest in step["delete"]?.elements ?? [] { try manifests.delete(manifest) }
      if let zone = step["nodeZone"]?.string { configuration.zone = zone.isEmpty ? nil : zone }
      return try state(index)
    }
  }
}
