import ArgumentParser
import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleTargets

/// A directory with an input, options for the node, and the files that compiling it must give.
struct GoldenCase {
  /// The directory, as it was named.
  let path: String

  /// What is written to standard error, kept beside the rules; absent where nothing is.
  static let diagnosticsName = "diagnostics.txt"
  static let optionsName = "options.yaml"
  /// A directory has one of these.
  private static let inputNames = ["input.yaml", "input.json", "input"]

  init(path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

  /// The last part of ``path``.
  var name: String { (path as NSString).lastPathComponent }

  /// What the directory has for an input, in the words of the command line; nil: it is no golden directory.
  var input: String? {
    GoldenCase.inputNames.first { FileManager.default.fileExists(atPath: file($0)) }
  }

  /// Whether a directory is meant to be golden, and not a directory of manifests: beside an input it has options or
  /// expected files.
  var isGolden: Bool {
    guard input != nil else { return false }
    let names = Set((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
    return names.contains(GoldenCase.optionsName) || !names.isDisjoint(with: GoldenCase.ruleFileNames)
  }

  static let ruleFileNames = RuleTarget.allCases.flatMap { target in IPFamily.allCases.map { target.fileName($0) } }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// `options.yaml`: long option names and their values, `true` alone for a flag, a list for a repeated option.
  ///
  /// - Throws: ``InputFiles/Failure`` where it cannot be read.
  func options() throws -> [(name: String, value: String?)] {
    let file = file(GoldenCase.optionsName)
    guard FileManager.default.fileExists(atPath: file) else { return [] }
    let (documents, diagnostics) = try InputFiles.contents(of: file)
      .withUnsafeBytes { DocumentTree.read($0, named: file) }
    if let diagnostic = diagnostics.first { throw InputErrors(text: diagnostic.text(files: [file]) + "\n") }
    guard let root = documents.first?.root else { return [] }
    guard documents.count == 1, root.kind == .mapping else {
      throw InputFiles.Failure(path: file, reason: "is no mapping of option names to values")
    }
    return root.entries.flatMap { entry -> [(name: String, value: String?)] in
      if entry.value.kind == .list { return entry.value.elements.map { (entry.key, $0.scalarText) } }
      return [(entry.key, entry.value.boolean == true ? nil : entry.value.scalarText)]
    }
  }

  /// The same, understood.
  func readOptions() throws -> GoldenOptions { try GoldenOptions.read(options(), from: file(GoldenCase.optionsName)) }

  /// Names in the directory that are no expected files.
  func ownNames() throws -> Set<String> {
    var names: Set<String> = [GoldenCase.optionsName, "README.md"]
    if let input { names.insert(input) }
    for option in try options() where option.name == "config" { names.insert(option.value ?? "") }
    return names
  }

  /// The other files, by name: expected ones. Hidden files do not count.
  func expected() throws -> [String: [UInt8]] {
    let own = try ownNames()
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: path)
    where !own.contains(name) && !name.hasPrefix(".") {
      var isDirectory: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: file(name), isDirectory: &isDirectory)
      files[name] = isThere && !isDirectory.boolValue ? Array(try InputFiles.contents(of: file(name))) : []
    }
    return files
  }

  /// The compilation of the input, as seen from the directory.
  ///
  /// - Throws: ``InputErrors`` for an input with errors, ``InputFiles/Failure``, `ValidationError`.
  func compilation(_ options: GoldenOptions, timings: inout Timings) throws -> Compilation {
    guard let input else {
      throw InputFiles.Failure(path: path, reason: "has no input.yaml, input.json or input/")
    }
    var inputs = options.input
    inputs.inputs = [input]
    return try Compilation(
      input: inputs, node: options.node, source: WorkingFiles(directory: path), targetIsChosen: true,
      timings: &timings)
  }

  /// The files that compiling gives now: rules of every target, or of those that the options name, and diagnostics.
  ///
  /// - Throws: ``InputFiles/Failure`` or `ValidationError` where nothing can be expected of it.
  func actual() throws -> [String: [UInt8]] {
    let options = try readOptions()
    var timings = Timings()
    var files: [String: [UInt8]] = [:]
    do {
      var compilation = try compilation(options, timings: &timings)
      let targets = options.rules.target.isEmpty ? RuleTarget.allCases : options.rules.target
      for target in targets {
        for document in try compilation.documents(
          target, families: options.rules.families, options: options.rules.targetOptions, timings: &timings)
        {
          files[document.name] = document.bytes
        }
      }
      let (text, hasErrors) = compilation.diagnosticsText()
      if hasErrors { files = [:] }
      if !text.isEmpty { files[GoldenCase.diagnosticsName] = Array(text.utf8) }
    } catch let errors as InputErrors {
      files = [GoldenCase.diagnosticsName: Array(errors.text.utf8)]
    }
    return files
  }
}
