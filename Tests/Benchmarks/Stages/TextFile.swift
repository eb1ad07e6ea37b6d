#if Netlink && os(Linux)
  import CNamespaces
  import Glibc

  /// A file in memory that takes a text the way a shell's `>` does: what the kernel alone needs for it.
  struct TextFile: ~Copyable {
    private let descriptor: Int32

    init() throws {
      descriptor = cns_open_memory_file()
      guard descriptor >= 0 else { throw BenchmarkError.notFound("a file in memory") }
    }

    deinit { close(descriptor) }

    /// Writes the text into the empty file, in pieces as large as those it is made in.
    func store(_ text: [UInt8]) throws {
      guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
        throw BenchmarkError.notFound("the file in memory")
      }
      try text.withUnsafeBytes { bytes in
        var written = 0
        while written < bytes.count {
          let piece = bytes[written..<min(written + 1 << 16, bytes.count)]
          let count = write(descriptor, UnsafeRawBufferPointer(rebasing: piece).baseAddress, piece.count)
          guard count > 0 else { throw BenchmarkError.notFound("room in the file in memory") }
          written += count
        }
      }
    }
  }
#endif
