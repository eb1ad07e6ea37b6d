#if Agent && os(Linux)
  import Glibc

  /// A descriptor that can be read once somebody has asked for it: wakes a thread that polls.
  final class WakePipe: Sendable {
    /// To be polled; it belongs to this object.
    let descriptor: Int32
    private let end: Int32

    struct Failure: Error {
      /// An `errno`.
      var code: Int32
    }

    /// - Throws: ``Failure`` where the process has no descriptor left.
    init() throws(Failure) {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw Failure(code: errno) }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      descriptor = ends[0]
      end = ends[1]
    }

    deinit {
      close(descriptor)
      close(end)
    }

    func wake() {
      var byte: UInt8 = 1
      // A full pipe wakes as well.
      _ = write(end, &byte, 1)
    }

    /// To be called before what was announced is looked at.
    func reset() {
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(descriptor, &bytes, bytes.count) > 0 {}
    }
  }
#endif
