/// One document of a YAML or JSON text, whole and in memory: configuration files, options, cases.
///
/// For Kubernetes objects in bulk use ``ObjectReader``; an object inside a tree is read with ``ObjectReader/read(_:)``.
public struct DocumentTree: Sendable {
  /// The name of the text, for messages.
  public let file: String
  /// The number of the file in positions.
  public let fileNumber: UInt32
  let tape: Tape
  private let source: [UInt8]

  /// Parses all documents of a text.
  ///
  /// - Parameters:
  ///   - file: the name for messages.
  ///   - fileNumber: what ``SourcePosition/file`` shall be.
  ///   - format: nil decides by the extension of `file`, or else by the content.
  /// - Returns: the documents that are not empty, and an error for each that cannot be parsed.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, named file: String, fileNumber: UInt32 = 0, format: InputFormat? = nil
  ) -> (documents: [DocumentTree], diagnostics: [Diagnostic]) {
    var documents: [DocumentTree] = []
    var diagnostics: [Diagnostic] = []
    func report(_ problem: SyntaxProblem) {
      let position = SourcePosition(file: fileNumber, line: problem.line, column: problem.column)
      diagnostics.append(Diagnostic(.error, at: position, problem.message))
    }
    func readAll(_ reader: inout some DocumentSource, _ source: [UInt8]) {
      while diagnostics.count < ReadingLimit.syntaxProblems {
        do throws(SyntaxProblem) {
          guard try reader.nextDocument() else { return }
          var tape = Tape()
          _ = try reader.value(into: &tape)
          guard tape.nodes[0].kind != .null else { continue }
          documents.append(DocumentTree(file: file, fileNumber: fileNumber, tape: tape, source: source))
        } catch {
          report(error)
          guard reader.recover(after: error) else { return }
        }
      }
    }
    guard !ByteOrderMark.isWide(bytes) else {
      report(SyntaxProblem(line: 1, column: 1, message: "the text is UTF-16 or UTF-32; convert it to UTF-8"))
      return ([], diagnostics)
    }
    switch format ?? InputFormat(fileName: file) ?? InputFormat(content: bytes) {
    case .json:
      if var scanner = JSONScanner(bytes, skippingManagedFields: false) { readAll(&scanner, Array(bytes)) }
    case .yaml:
      // All texts of YAML lie on the tape.
      var source = YAMLSource(bytes, skippingManagedFields: false)
      readAll(&source, [])
    }
    return (documents, diagnostics)
  }

  /// The same for a text.
  public static func read(
    _ text: String, named file: String, fileNumber: UInt32 = 0, format: InputFormat? = nil
  ) -> (documents: [DocumentTree], diagnostics: [Diagnostic]) {
    var text = text
    return text.withUTF8 { read(UnsafeRawBufferPointer($0), named: file, fileNumber: fileNumber, format: format) }
  }

  public var root: DocumentNode { DocumentNode(tree: self, index: 0) }

  func withView<Result>(_ body: (TapeView) -> Result) -> Result {
    source.withUnsafeBytes { source in
      tape.withView(of: source, body)
    }
  }
}
