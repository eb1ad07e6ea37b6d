import Foundation

/// Memory of this process.
enum ProcessMemory {
  /// Begins a new peak with what is held now: gives back what the allocator keeps, then sets the kernel's mark.
  static func beginPeak() {
    trim()
    // Where that is not allowed the peak is that of the whole process, which is never too low.
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
  }

  /// The most there was since ``beginPeak()``, in bytes.
  static var peak: Int { status("VmHWM:") }

  /// Anonymous memory held now, in bytes.
  static var resident: Int {
    trim()
    return status("RssAnon:")
  }

  private static func status(_ key: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    return (Int(line.filter(\.isNumber)) ?? 0) * 1024
  }

  /// Swift's Glibc does not know the function.
  private static func trim() {
    guard let function = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "malloc_trim") else { return }
    _ = unsafeBitCast(function, to: (@convention(c) (Int) -> Int32).self)(0)
  }
}
