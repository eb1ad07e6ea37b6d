import Foundation
import KubernetesObjects

/// The only place that writes to the terminal.
enum Console {
  static func printError(_ text: String) {
    writeError(text + "\n")
  }

  /// Writes a text of whole lines, or nothing.
  static func writeError(_ text: String) {
    if !text.isEmpty { FileHandle.standardError.write(Data(text.utf8)) }
  }

  /// Writes all bytes, however many `write` takes at once.
  static func write(_ bytes: some DataProtocol) throws {
    try FileHandle.standardOutput.write(contentsOf: bytes)
  }

  /// Whether standard output is a terminal that takes colours, and nobody asked for none (https://no-color.org).
  static var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) != 0 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }

  /// Notes shown before the rest are counted.
  static let shownNotes = 20

  static func report(_ diagnostics: [Diagnostic], files: [String], verbose: Bool) {
    writeError(text(of: diagnostics, files: files, verbose: verbose))
  }

  /// Errors and warnings all; notes up to a number, for a dump has hundreds of headless Services.
  static func text(of diagnostics: [Diagnostic], files: [String], verbose: Bool) -> String {
    var text = ""
    var notes = 0
    for diagnostic in diagnostics {
      if diagnostic.severity == .note {
        notes += 1
        if notes > shownNotes, !verbose { continue }
      }
      text += diagnostic.text(files: files) + "\n"
    }
    if notes > shownNotes, !verbose {
      text += "note: \(notes - shownNotes) more notes; --verbose prints them\n"
    }
    return text
  }
}
