#if os(Linux)
  import CNamespaces
  import Glibc

  /// A program of the system, such as `iptables-restore`. It runs in the network namespace of the calling thread.
  public struct SystemProgram: Sendable {
    public let name: String
    private let path: String

    /// Looks on the search path, then where system programs are.
    ///
    /// - Throws: ``SystemProgramError/missing(_:)``.
    public init(_ name: String) throws(SystemProgramError) {
      let searched = getenv("PATH").map { String(cString: $0) } ?? ""
      let directories = searched.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
      let paths = directories.map { "\($0)/\(name)" }
      guard let path = paths.first(where: { access($0, X_OK) == 0 }) else { throw .missing(name) }
      self.name = name
      self.path = path
    }

    /// Runs the program with a document as its input, until it ends.
    ///
    /// - Returns: what it wrote to its standard output.
    /// - Throws: what it wrote, if it fails.
    @discardableResult
    public func run(
      _ arguments: [String], input: some Collection<UInt8> = []
    ) throws(SystemProgramError) -> [UInt8] {
      // Files in memory never fill up, as pipes do while nobody reads them.
      let inputFile = try MemoryFile()
      let outputFile = try MemoryFile()
      let errorFile = try MemoryFile()
      try inputFile.write(Array(input))
      let status = SystemProgram.withCStrings([path] + arguments) {
        cns_run($0, inputFile.descriptor, outputFile.descriptor, errorFile.descriptor)
      }
      guard status >= 0 else { throw .refused(operation: "starting \(name)", code: -status) }
      guard status == 0 else {
        // Enough for what went wrong.
        let words = try errorFile.contents(atMost: 4096) + outputFile.contents(atMost: 4096)
        throw .failed(
          command: ([name] + arguments).joined(separator: " "), status: status,
          output: String(decoding: words, as: UTF8.self))
      }
      return try outputFile.contents()
    }

    /// The strings and the list of them live until `body` returns.
    private static func withCStrings(
      _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Int32
    ) -> Int32 {
      let bytes = strings.flatMap { Array($0.utf8CString) }
      return bytes.withUnsafeBufferPointer { bytes in
        guard let start = bytes.baseAddress else { return -EINVAL }
        var pointers: [UnsafePointer<CChar>?] = []
        var offset = 0
        for string in strings {
          pointers.append(start + offset)
          offset += string.utf8.count + 1
        }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { list in
          list.baseAddress.map(body) ?? -EINVAL
        }
      }
    }
  }
#endif
