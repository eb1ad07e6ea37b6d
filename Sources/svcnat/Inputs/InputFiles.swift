import Foundation
import KubernetesObjects

/// Finds what the command line names: files, directories, standard input.
enum InputFiles {
  /// A file that cannot be read, in the words of the system.
  struct Failure: Error, CustomStringConvertible {
    var path: String
    var reason: String
    var description: String { "\(path): \(reason)" }
  }

  private static let extensions: Set<String> = ["yaml", "yml", "json"]

  /// The files that `inputs` stand for: those of a directory sorted by path, found at any depth.
  ///
  /// - Throws: ``Failure`` for what does not exist, and for a directory without any manifest.
  static func find(_ inputs: [String]) throws -> [String] {
    try inputs.flatMap { input -> [String] in
      if input == "-" { return [input] }
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: input, isDirectory: &isDirectory) else {
        throw Failure(path: input, reason: "no such file or directory")
      }
      guard isDirectory.boolValue else { return [input] }
      let files = try manifests(in: input)
      if files.isEmpty { throw Failure(path: input, reason: "no *.yaml, *.yml or *.json in this directory") }
      return files
    }
  }

  /// Whether a file of a directory counts as a manifest, by its name.
  static func isManifest(_ path: String) -> Bool {
    extensions.contains((path as NSString).pathExtension.lowercased())
  }

  private static func manifests(in directory: String) throws -> [String] {
    guard let paths = FileManager.default.enumerator(atPath: directory) else {
      throw Failure(path: directory, reason: "cannot be listed")
    }
    let base = directory.hasSuffix("/") ? directory : directory + "/"
    return paths.compactMap { $0 as? String }
      .filter(isManifest)
      .sorted()
      .map { base + $0 }
  }

  /// Reads a file, mapped into memory where that is possible.
  ///
  /// - Throws: ``Failure``.
  static func contents(of path: String) throws -> Data {
    do {
      if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
      // A pipe, such as the shell makes of <(kubectl ...), has no size to map.
      let kind = try FileManager.default.attributesOfItem(atPath: resolved(path))[.type] as? FileAttributeType
      guard kind == .typeRegular else {
        guard let file = FileHandle(forReadingAtPath: path) else { throw CocoaError(.fileReadNoPermission) }
        return try file.readToEnd() ?? Data()
      }
      return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw Failure(path: path, reason: "cannot be read: \((error as NSError).localizedDescription)")
    }
  }

  /// Behind symbolic links.
  private static func resolved(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
  }

  /// The name a file has in messages.
  static func label(_ path: String) -> String { path == "-" ? "<stdin>" : path }

  /// A path as seen from a directory.
  static func path(_ path: String, in directory: String?) -> String {
    guard let directory, path != "-", !path.hasPrefix("/") else { return path }
    return directory.hasSuffix("/") ? directory + path : directory + "/" + path
  }
}
