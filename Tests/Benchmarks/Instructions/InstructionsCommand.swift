import ArgumentParser
import Foundation
import SystemPrograms

/// Counts the instructions of fixed workloads, which do not depend on what else the machine does, and compares them with
/// those in the repository.
struct InstructionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instructions", abstract: "Compares counts of instructions with those in the repository.",
    discussion: """
      SVCNAT_RECORD=1 writes the counts anew. Counts depend on the compiler and a little on the C library; the file says
      which compiler it was. Fewer instructions than recorded are an error, too: record them, or the next loss hides in them.
      """)

  static let path = "Tests/Benchmarks/instructions.json"

  private struct Recorded: Codable {
    var swift: String
    /// A part of the count: 0.02 are two per cent.
    var tolerance: Double
    var size: ClusterSize
    var counts: [String: Int]
  }

  @Option(help: ArgumentHelp("Only these workloads.", valueName: "workload")) var only: [String] = []

  func run() throws {
    let input = try Inputs()
    defer { input.remove() }
    var counts: [String: Int] = [:]
    for workload in Workload.allCases where only.isEmpty || only.contains(workload.rawValue) {
      counts[workload.rawValue] = try count(workload, input)
    }
    if ProcessInfo.processInfo.environment["SVCNAT_RECORD"] == "1" { return try record(counts) }
    try compare(counts)
  }

  private func compare(_ counts: [String: Int]) throws {
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: URL(filePath: Self.path)))
    guard recorded.size == Workload.size else {
      throw ValidationError("\(Self.path) is of another size; record it anew")
    }
    var rows = [["workload", "recorded", "now", "change", ""]]
    var differs = false
    for workload in Workload.allCases {
      guard let now = counts[workload.rawValue] else { continue }
      guard let before = recorded.counts[workload.rawValue] else {
        rows.append([workload.rawValue, "-", FigureText.count(now), "", "not recorded"])
        differs = true
        continue
      }
      let change = Double(now) / Double(before) - 1
      let isWithin = abs(change) <= recorded.tolerance
      differs = differs || !isWithin
      rows.append([
        workload.rawValue, FigureText.count(before), FigureText.count(now), String(format: "%+.2f %%", change * 100),
        isWithin ? "" : change > 0 ? "more than allowed" : "fewer: record it",
      ])
    }
    print(TextReport.aligned(rows, leftColumns: 1).joined(separator: "\n"))
    let compiler = Machine.current().swift
    if compiler != recorded.swift { print("recorded with \(recorded.swift); this is \(compiler)") }
    guard differs else { return }
    print("If that is meant: SVCNAT_RECORD=1 scripts/bench --check-instructions")
    throw ExitCode(1)
  }

  private func record(_ counts: [String: Int]) throws {
    let recorded = Recorded(
      swift: Machine.current().swift, tolerance: 0.02, size: Workload.size, counts: counts)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(recorded) + Data("\n".utf8)).write(to: URL(filePath: Self.path))
    print("recorded in \(Self.path)")
  }

  private func count(_ workload: Workload, _ input: Inputs) throws -> Int {
    // The log goes to standard output, which is empty otherwise. Hashes that differ from run to run would do different work.
    let arguments = [
      "SWIFT_DETERMINISTIC_HASHING=1", "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1",
      "--toggle-collect=*11countedWork*", input.program, "workload", workload.rawValue, "--json", input.json,
      "--yaml", input.yaml,
    ]
    let output = String(decoding: try SystemProgram("env").run(arguments), as: UTF8.self)
    let line = output.split(separator: "\n").first { $0.contains("Collected :") }
    guard let number = line?.split(separator: " ").last.flatMap({ Int($0) }), number > 0 else {
      throw BenchmarkError.notFound("the count of valgrind for \(workload.rawValue)")
    }
    FileHandle.standardError.write(Data("    \(workload.rawValue): \(FigureText.count(number))\n".utf8))
    return number
  }

  /// The cluster that is worked on, as files, and the program that works on it.
  private struct Inputs {
    /// Without debugging information, of which valgrind 3.19 does not know the format. Names stay.
    let program: String
    let json: String
    let yaml: String
    private let directory: URL

    init() throws {
      directory = FileManager.default.temporaryDirectory.appending(path: "svcnat-instructions-\(getpid())")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      program = directory.appending(path: "svcnat-benchmark").path
      try SystemProgram("strip").run(["--strip-debug", "-o", program, CommandLine.arguments[0]])
      // The same names wherever it is: their length counts.
      json = try GeneratedInput.write(Workload.size, yaml: false, into: directory)
      yaml = try GeneratedInput.write(Workload.size, yaml: true, into: directory)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
  }
}
