import KubernetesObjects
import TestSupport

/// Numbers as kube-proxy writes them, from the vectors of names.
enum RuleVectors {
  static var probabilities: [(endpointsLeft: UInt32, text: String)] {
    get throws {
      try list("probabilities").map { entry in
        (UInt32(entry["endpointsLeft"]?.integer ?? 0), entry["text"]?.string ?? "")
      }
    }
  }

  static var marks: [(bit: UInt32, text: String)] {
    get throws {
      try list("marks").map { entry in (UInt32(entry["bit"]?.integer ?? 0), entry["text"]?.string ?? "") }
    }
  }

  private static func list(_ key: String) throws -> [DocumentNode] {
    try TestData.document("RuleNamesTests/names.yaml")[key]?.elements ?? []
  }
}
