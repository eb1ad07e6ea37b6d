import ArgumentParser
import Foundation

/// `svcnat golden`
struct GoldenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract: "Keep the rules of inputs in files, and see when they change.",
    discussion: """
      A golden directory has an input (input.yaml, input.json or a directory input), options.yaml with the long options \
      of svcnat compile, and the expected files: rules of each target and family, and diagnostics.txt with what is said \
      of the input.

      Examples:
        svcnat golden record golden/     # writes the expected files; review and commit them
        svcnat golden check golden/      # in CI: 1 if a file differs, is missing or is an orphan
      """,
    subcommands: [GoldenCheckCommand.self, GoldenRecordCommand.self])
}

/// Golden directories that the command line names.
struct GoldenArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("A golden directory, or one with golden directories at any depth.", valueName: "dir"))
  var directories: [String]

  /// - Throws: ``InputFiles/Failure`` where there is no case.
  func cases() throws -> [GoldenCase] { try directories.flatMap(GoldenCase.find) }
}

/// `svcnat golden check`
struct GoldenCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compile golden directories and compare with the files in them.",
    discussion: """
      Exits with 0 if all is as expected, with 1 if a file differs, is missing, or is an orphan that nothing writes, and \
      with 2 if a directory cannot be read.
      """)

  @OptionGroup var arguments: GoldenArguments

  func run() throws {
    let cases = try arguments.cases()
    let isColored = Console.isColored
    var bad = 0
    for golden in cases {
      let results = try GoldenResult.results(of: golden)
      if !results.isEmpty { bad += 1 }
      for result in results { try Console.write(Array(result.report(isColored: isColored).utf8)) }
    }
    let summary = "\(Wording.count(cases.count, "golden directory", "golden directories"))"
    if bad == 0 { return try Console.write(Array("\(summary), all as expected\n".utf8)) }
    try Console.write(Array("\(summary), \(bad) not as expected; svcnat golden record writes the files anew\n".utf8))
    throw ExitCode.failure
  }
}

/// `svcnat golden record`
struct GoldenRecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Compile golden directories and write the files in them anew.",
    discussion: "Files that nothing writes are deleted. Everything that changes is named; review it like code.")

  @OptionGroup var arguments: GoldenArguments

  func run() throws {
    let cases = try arguments.cases()
    // All are compiled before anything is written.
    let results = try cases.flatMap(GoldenResult.results)
    for result in results {
      try result.record()
      try Console.write(Array(result.recorded.utf8))
    }
    let summary = "\(Wording.count(cases.count, "golden directory", "golden directories"))"
    try Console.write(Array("\(summary), \(Wording.count(results.count, "file")) changed\n".utf8))
  }
}

extension GoldenCase {
  /// The golden directory of this name, or those inside it.
  ///
  /// - Throws: ``InputFiles/Failure`` where there is none, or expected files without an input.
  static func find(_ path: String) throws -> [GoldenCase] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw InputFiles.Failure(path: path, reason: "no such directory")
    }
    guard isDirectory.boolValue else {
      throw InputFiles.Failure(path: path, reason: "is no directory; name the one it is in")
    }
    let cases = try search(GoldenCase(path: path))
    if cases.isEmpty {
      throw InputFiles.Failure(
        path: path,
        reason: "no golden directory here: one has input.yaml, input.json or a directory input, and options.yaml")
    }
    return cases
  }

  private static func search(_ directory: GoldenCase) throws -> [GoldenCase] {
    if directory.input != nil { return [directory] }
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    if names.contains(optionsName) || names.contains(where: ruleFileNames.contains) {
      throw InputFiles.Failure(path: directory.path, reason: "has no input.yaml, input.json or input/")
    }
    return try names.filter { !$0.hasPrefix(".") }.flatMap { name -> [GoldenCase] in
      let inner = GoldenCase(path: directory.file(name))
      var isDirectory: ObjCBool = false
      let isThere = FileManager.default.fileExists(atPath: inner.path, isDirectory: &isDirectory)
      return isThere && isDirectory.boolValue ? try search(inner) : []
    }
  }
}
