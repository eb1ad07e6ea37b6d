import KubernetesObjects

/// The cases of one file.
public struct FlowCaseFile: Sendable {
  /// Its name, for messages; ``/KubernetesObjects/SourcePosition/file`` is 0 in all positions.
  public let name: String
  /// Those without errors, a document each.
  public let cases: [FlowCase]
  /// What is wrong with the file and its cases, in the order of the text; and what reading the objects had to say.
  public let diagnostics: [Diagnostic]

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Reads all documents of a YAML or JSON text.
  ///
  /// - Parameter format: nil decides by the extension of `name`, or else by the content.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, named name: String, format: InputFormat? = nil
  ) -> FlowCaseFile {
    var (documents, diagnostics) = DocumentTree.read(bytes, named: name, format: format)
    var cases: [FlowCase] = []
    if documents.isEmpty, diagnostics.isEmpty {
      let position = SourcePosition(file: 0, line: 1, column: 1)
      diagnostics.append(Diagnostic(.error, at: position, "there is no case in this file"))
    }
    for document in documents {
      var reader = FlowCaseReader(file: name)
      if let flowCase = reader.read(document.root), !reader.hasErrors { cases.append(flowCase) }
      diagnostics += reader.diagnostics
    }
    return FlowCaseFile(name: name, cases: cases, diagnostics: diagnostics)
  }

  /// The same for a text.
  public static func read(_ text: String, named name: String, format: InputFormat? = nil) -> FlowCaseFile {
    var text = text
    return text.withUTF8 { read(UnsafeRawBufferPointer($0), named: name, format: format) }
  }
}
