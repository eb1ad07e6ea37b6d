#if Agent && os(Linux)
  import Glibc

  /// What this process takes of the machine, under the names that client libraries of Prometheus use.
  struct ProcessFigures {
    /// Of all threads, in user mode and in the kernel.
    var cpuSeconds: Double
    var residentBytes: Double
    var virtualBytes: Double
    /// Seconds since 1970.
    var startTime: Double
    var openDescriptors: Int

    /// - Returns: nil where there is no `/proc`.
    init?() {
      guard let stat = Self.read("/proc/self/stat"), let system = Self.read("/proc/stat"),
        let booted = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
          .flatMap({ Double($0.dropFirst(6)) }),
        // The name of the program, in brackets, may hold anything.
        let bracket = stat.lastIndex(of: ")")
      else { return nil }
      let fields = stat[stat.index(after: bracket)...].split(separator: " ").map { Double($0) ?? 0 }
      guard fields.count > 21 else { return nil }
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      cpuSeconds = (fields[11] + fields[12]) / ticks
      startTime = booted + fields[19] / ticks
      virtualBytes = fields[20]
      residentBytes = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
      openDescriptors = Self.descriptors
    }

    private static func read(_ path: String) -> String? {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    private static var descriptors: Int {
      guard let directory = opendir("/proc/self/fd") else { return 0 }
      defer { closedir(directory) }
      var count = 0
      while readdir(directory) != nil { count += 1 }
      // Without `.`, `..` and the one that reads.
      return max(0, count - 3)
    }
  }
#endif
