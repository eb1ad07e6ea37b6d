import FlowCases
import KubernetesObjects
import ServicePlan

/// Reads `ConformanceCases`: one YAML file each.
public enum CaseFile {
  /// All cases, in the order of their names.
  public static func cases() throws -> [FlowCase] { try loaded.get() }

  private static let loaded = Result {
    try TestData.names(in: "ConformanceCases").filter { $0.hasSuffix(".yaml") }.flatMap { name in
      let file = FlowCaseFile.read(try TestData.text("ConformanceCases/" + name), named: name)
      guard !file.hasErrors else {
        throw TestDataError(file.diagnostics.map { $0.text(files: [name]) }.joined(separator: "\n"))
      }
      return file.cases
    }
  }

  /// A state for each step of each case.
  static func all() throws -> [ReferenceCase] {
    try cases().flatMap { flowCase in
      ClusterState.all(of: flowCase).enumerated().map { step, state in
        ReferenceCase(
          name: flowCase.name, step: step, objects: state.objects, configuration: state.configuration,
          modes: flowCase.modes, since: flowCase.since?.description,
          dumpDirectory: "KubeProxyDumps/cases/\(flowCase.name)/\(step)")
      }
    }
  }
}
