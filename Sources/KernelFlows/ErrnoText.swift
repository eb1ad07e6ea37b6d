#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's words for an `errno`.
enum ErrnoText {
  static func text(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else { return "error \(code)" }
      return String(cString: start)
    }
  }
}
