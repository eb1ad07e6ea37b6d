#if os(Linux)
  import CNamespaces
  import Glibc

  /// A file that exists in memory only, and ends with its owner.
  struct MemoryFile: ~Copyable {
    let descriptor: Int32

    init() throws(SystemProgramError) {
      descriptor = cns_open_memory_file()
      guard descriptor >= 0 else { throw .refused(operation: MemoryFile.name, code: -descriptor) }
    }

    deinit { close(descriptor) }

    private static let name = "a file in memory"

    func write(_ bytes: [UInt8]) throws(SystemProgramError) {
      var written = 0
      while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw .refused(operation: MemoryFile.name, code: errno) }
        written += count
      }
    }

    /// From its beginning.
    func contents(atMost limit: Int = .max) throws(SystemProgramError) -> [UInt8] {
      let size = lseek(descriptor, 0, SEEK_END)
      guard size >= 0 else { throw .refused(operation: MemoryFile.name, code: errno) }
      var bytes = [UInt8](repeating: 0, count: min(limit, Int(size)))
      var read = 0
      while read < bytes.count {
        let count = bytes[read...].withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(read)) }
        guard count > 0 else { throw .refused(operation: MemoryFile.name, code: errno) }
        read += count
      }
      return bytes
    }
  }
#endif
