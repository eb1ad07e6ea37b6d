#if Agent && os(Linux)
  import Foundation
  import Glibc
  import Synchronization

  /// Waits for changes in a directory and those below it, by inotify.
  final class DirectoryWatch: Sendable {
    private let path: String
    private let descriptor: Int32
    /// Wakes the thread that waits.
    private let stopper: WakePipe
    private let isStopped = Mutex(false)

    private static let mask = UInt32(
      IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ATTRIB)

    /// - Throws: ``DirectorySource/Failure``
    init(_ path: String) throws {
      self.path = path
      descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
      stopper = try WakePipe()
      guard descriptor >= 0, inotify_add_watch(descriptor, path, Self.mask) >= 0 else {
        let reason = String(cString: strerror(errno))
        throw DirectorySource.Failure(description: "\(path): cannot be watched: \(reason)")
      }
      watchFolders()
    }

    deinit { close(descriptor) }

    /// Watching what is watched already changes nothing.
    private func watchFolders() {
      guard let enumerator = FileManager.default.enumerator(atPath: path) else { return }
      for case let name as String in enumerator {
        var isDirectory: ObjCBool = false
        let folder = path + "/" + name
        if FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue {
          inotify_add_watch(descriptor, folder, Self.mask)
        }
      }
    }

    func stop() {
      isStopped.withLock { $0 = true }
      stopper.wake()
    }

    /// Waits on a thread of its own, for waiting must not hold one of those that all tasks share.
    ///
    /// - Parameter settling: milliseconds without another change.
    /// - Returns: whether something changed; false: it was stopped.
    func wait(settling: Int32) async -> Bool {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { [self] in continuation.resume(returning: waitHere(settling)) }
      }
    }

    private func waitHere(_ settling: Int32) -> Bool {
      var hasChanged = false
      while !isStopped.withLock({ $0 }) {
        var polled = [descriptor, stopper.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = poll(&polled, 2, hasChanged ? settling : -1)
        if polled[1].revents != 0 { return false }
        if count == 0 {
          watchFolders()
          return true
        }
        if polled[0].revents != 0 {
          drain()
          hasChanged = true
        }
      }
      return false
    }

    private func drain() {
      var buffer = [UInt8](repeating: 0, count: 16384)
      while read(descriptor, &buffer, buffer.count) > 0 {}
    }
  }
#endif
