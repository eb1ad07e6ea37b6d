#if os(Linux)
  import CNamespaces
  import Glibc

  /// A program of the system that is run in the node's namespace.
  struct Tool {
    let name: String
    private let path: String

    /// Looks on the search path, then where system programs are.
    init(_ name: String) throws(KernelFlowError) {
      let searched = getenv("PATH").map { String(cString: $0) } ?? ""
      let directories = searched.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"]
      let paths = directories.map { "\($0)/\(name)" }
      guard let path = paths.first(where: { access($0, X_OK) == 0 }) else { throw .missingTool(name) }
      self.name = name
      self.path = path
    }

    /// Runs the program with a document as its input.
    ///
    /// - Throws: what it printed, if it fails.
    func run(_ arguments: [String], input: some Collection<UInt8>) throws(KernelFlowError) {
      // Files in memory never fill up, as pipes do while nobody reads them.
      let inputFile = try Descriptor(cns_open_memory_file(), "a file in memory")
      let outputFile = try Descriptor(cns_open_memory_file(), "a file in memory")
      try Tool.write(Array(input), to: inputFile)
      let status = Tool.withCStrings([path] + arguments) { cns_run($0, inputFile.number, outputFile.number) }
      try SystemCall.check(status, "starting \(name)")
      guard status == 0 else {
        throw .failedTool(
          command: ([name] + arguments).joined(separator: " "), status: status, output: Tool.text(of: outputFile))
      }
    }

    private static func write(_ bytes: [UInt8], to file: borrowing Descriptor) throws(KernelFlowError) {
      var written = 0
      while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .refused(operation: "a file in memory", code: errno) }
        written += count
      }
    }

    /// The first few thousand bytes: enough for what went wrong.
    private static func text(of file: borrowing Descriptor) -> String {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = bytes.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
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
