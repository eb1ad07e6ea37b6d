import Foundation
import SystemPrograms

/// What the figures were measured on.
struct Machine: Codable, Sendable {
  var processor: String
  var cores: Int
  var memory: String
  var kernel: String
  var nft: String
  var iptables: String
  var swift: String
  var commit: String
  var date: String
  /// The load average of the last minute when the run began: other work disturbs the figures.
  var load: String

  static func current() -> Machine {
    let memory = line("/proc/meminfo", "MemTotal").split(separator: " ").first.flatMap { Int($0) } ?? 0
    return Machine(
      processor: line("/proc/cpuinfo", "model name"),
      cores: ProcessInfo.processInfo.activeProcessorCount,
      memory: "\((memory + 524_288) / 1_048_576) GiB",
      kernel: contents("/proc/sys/kernel/osrelease"),
      nft: output("nft", "--version"),
      iptables: output("iptables", "--version"),
      swift: output("swift", "--version"),
      commit: output("git", "rev-parse", "--short=12", "HEAD")
        + (output("git", "status", "--porcelain", "--untracked-files=no", "--", "Sources", "Tests").isEmpty
          ? "" : " with changes"),
      date: Date.now.formatted(.iso8601.year().month().day()),
      load: contents("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "")
  }

  /// Lines for the head of a report.
  var lines: [String] {
    [
      "\(processor), \(cores) cores, \(memory); Linux \(kernel); load average at the start \(load)",
      "\(nft); \(iptables); \(swift)",
      "commit \(commit), \(date)",
    ]
  }

  private static func contents(_ path: String) -> String {
    ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The value of a `key: value` line.
  private static func line(_ path: String, _ key: String) -> String {
    let line = contents(path).split(separator: "\n").first { $0.hasPrefix(key) } ?? "unknown"
    return line.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
  }

  /// The first line a program prints; empty where it fails.
  private static func output(_ name: String, _ arguments: String...) -> String {
    guard let bytes = try? SystemProgram(name).run(arguments) else { return "" }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
  }
}
