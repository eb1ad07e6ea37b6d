import Foundation

/// Where the time of a run went, for `--timings`.
struct Timings {
  private var phases: [(name: String, duration: Duration)] = []

  mutating func measure<Value>(_ phase: String, _ work: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer { add(phase, start.duration(to: .now)) }
    return try work()
  }

  private mutating func add(_ phase: String, _ duration: Duration) {
    if let index = phases.firstIndex(where: { $0.name == phase }) {
      phases[index].duration += duration
    } else {
      phases.append((phase, duration))
    }
  }

  /// One line a phase, in the order they were first met, the sum, and the most memory the process held.
  var report: String {
    var lines = phases.map { line($0.name, $0.duration) }
    lines.append(line("total", phases.reduce(.zero) { $0 + $1.duration }))
    var usage = rusage()
    if getrusage(Timings.ownUsage, &usage) == 0 {
      #if os(Linux)
        let mebibytes = Double(usage.ru_maxrss) / 1024
      #else
        let mebibytes = Double(usage.ru_maxrss) / 1_048_576
      #endif
      lines.append(pad("peak memory") + String(format: "%10.1f MiB", mebibytes))
    }
    return lines.joined(separator: "\n")
  }

  #if os(Linux)
    private static let ownUsage = __rusage_who_t(RUSAGE_SELF.rawValue)
  #else
    private static let ownUsage = RUSAGE_SELF
  #endif

  private func line(_ name: String, _ duration: Duration) -> String {
    pad(name) + String(format: "%10.1f ms", duration / .milliseconds(1))
  }

  private func pad(_ name: String) -> String {
    name.padding(toLength: 12, withPad: " ", startingAt: 0)
  }
}
