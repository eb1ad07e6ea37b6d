#if Agent && os(Linux)
  import Foundation
  import SystemPrograms

  /// Numbers of several runs or changes.
  struct Figures {
    private let sorted: [Double]

    init(_ samples: [Double]) { sorted = samples.sorted() }

    var median: Double { part(0.5) }
    var greatest: Double { sorted.last ?? 0 }
    var least: Double { sorted.first ?? 0 }

    /// - Parameter part: 0.99 for the 99th percentile.
    func part(_ part: Double) -> Double {
      sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    static func text(_ value: Double) -> String { String(format: value < 10 ? "%.2f" : "%.0f", value) }

    /// `1.42 s (1.38 to 1.60)`
    func spread(_ unit: String) -> String {
      "\(Self.text(median)) \(unit) (\(Self.text(least)) to \(Self.text(greatest)))"
    }

    /// `median 1.20 ms, p99 3.10 ms, worst 4.00 ms`
    func tail(_ unit: String) -> String {
      "median \(Self.text(median)) \(unit), p99 \(Self.text(part(0.99))) \(unit), worst \(Self.text(greatest)) \(unit)"
    }
  }

  enum Report {
    static func line(_ words: String) {
      // Not kept back: a run takes minutes.
      FileHandle.standardOutput.write(Data((words + "\n").utf8))
    }

    /// A figure beside what was aimed at.
    static func goal(_ name: String, _ value: Double, _ limit: Double, _ unit: String, _ words: String) {
      let verdict = value < limit ? "reached" : "missed"
      line(
        "\(name): \(words); goal \(Figures.text(limit)) \(unit), \(verdict): \(Figures.text(value / limit)) of it")
    }

    static func header() {
      let processor = value("/proc/cpuinfo", "model name")
      let cores = ProcessInfo.processInfo.activeProcessorCount
      let memory = (Int(value("/proc/meminfo", "MemTotal").filter(\.isNumber)) ?? 0) / 1_048_576
      line("\(processor), \(cores) cores, \(memory) GiB; Linux \(contents("/proc/sys/kernel/osrelease"))")
      let changes = output("git", "status", "--porcelain", "--untracked-files=no", "--", "Sources", "Tests")
      line(
        "commit \(output("git", "rev-parse", "--short=12", "HEAD"))\(changes.isEmpty ? "" : " with changes"), "
          + "\(Date.now.formatted(.iso8601)), load average \(contents("/proc/loadavg"))")
    }

    private static func contents(_ path: String) -> String {
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func value(_ path: String, _ key: String) -> String {
      let line = contents(path).split(separator: "\n").first { $0.hasPrefix(key) } ?? "unknown"
      return line.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    private static func output(_ name: String, _ arguments: String...) -> String {
      guard let bytes = try? SystemProgram(name).run(arguments) else { return "" }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
    }
  }
#endif
