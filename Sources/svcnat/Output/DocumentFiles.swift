import Foundation

/// Writes compiled documents into a directory.
enum DocumentFiles {
  /// Makes the directory where it is missing; each file is replaced as a whole.
  ///
  /// - Throws: ``InputFiles/Failure`` for what the system refuses.
  static func write(_ documents: [RuleDocument], into directory: String) throws {
    do {
      let url = URL(filePath: directory, directoryHint: .isDirectory)
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      for document in documents {
        try Data(document.bytes).write(to: url.appending(path: document.name), options: .atomic)
      }
    } catch {
      throw InputFiles.Failure(
        path: directory, reason: "cannot be written: \((error as NSError).localizedDescription)")
    }
  }

  /// Replaces one file as a whole.
  ///
  /// - Throws: ``InputFiles/Failure`` for what the system refuses.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw InputFiles.Failure(path: path, reason: "cannot be written: \((error as NSError).localizedDescription)")
    }
  }
}
