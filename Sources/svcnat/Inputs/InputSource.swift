import Foundation

/// Where inputs come from: the files of a directory, or of a revision.
protocol InputSource {
  /// The names of the files that `inputs` stand for, as messages call them.
  ///
  /// - Throws: ``InputFiles/Failure`` for what does not exist, and for a directory without any manifest.
  func find(_ inputs: [String]) throws -> [String]

  /// What is in a file that ``find(_:)`` named.
  ///
  /// - Throws: ``InputFiles/Failure``.
  func contents(of name: String) throws -> Data

  /// Where files are that options name.
  var settings: WorkingFiles { get }
}

/// Files as the command line names them, or as seen from another directory.
struct WorkingFiles: InputSource {
  /// Nil: the current one.
  var directory: String?
  var settings: WorkingFiles { self }

  func find(_ inputs: [String]) throws -> [String] {
    guard let directory else { return try InputFiles.find(inputs) }
    let base = InputFiles.path("", in: directory)
    return try InputFiles.find(inputs.map { InputFiles.path($0, in: directory) })
      .map { $0.hasPrefix(base) ? String($0.dropFirst(base.count)) : $0 }
  }

  func contents(of name: String) throws -> Data {
    try InputFiles.contents(of: InputFiles.path(name, in: directory))
  }
}

/// Inputs that have errors. What is to be said about them, a line each.
struct InputErrors: Error {
  var text: String
}
