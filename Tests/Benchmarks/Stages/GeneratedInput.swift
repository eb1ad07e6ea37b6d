import Foundation
import SystemPrograms

/// Files that `scripts/generate-cluster` writes.
enum GeneratedInput {
  /// - Returns: the path of the file.
  static func write(
    _ size: ClusterSize, yaml: Bool, hasAffinity: Bool = true, into directory: URL
  ) throws -> String {
    let format = yaml ? "yaml" : "json"
    let path = directory.appending(path: "\(size).\(format)").path
    var arguments = [
      "scripts/generate-cluster", "--services", "\(size.services)", "--endpoints", "\(size.endpoints)", "--format",
      format,
    ]
    if !hasAffinity { arguments.append("--no-affinity") }
    try Data(SystemProgram("python3").run(arguments)).write(to: URL(filePath: path))
    return path
  }
}
