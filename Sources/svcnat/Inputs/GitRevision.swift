import Foundation

/// A file or directory of a git revision: `HEAD~1:deploy/`, as `git show` takes it.
struct GitRevision: InputSource {
  /// As the command line has it.
  let name: String
  /// The files, by the name they have in messages.
  private let files: [(name: String, contents: Data)]

  var settings: WorkingFiles { WorkingFiles() }

  /// Whether a word of the command line can only mean a revision: it has a colon, and there is no such file.
  static func isMeant(by word: String) -> Bool {
    word.contains(":") && !FileManager.default.fileExists(atPath: word)
  }

  /// - Throws: ``InputFiles/Failure`` where there is no repository, revision or path, or no manifest in it.
  init(_ name: String) throws {
    self.name = name
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw InputFiles.Failure(path: name, reason: "no such file or directory") }
    guard try Git.run(["rev-parse", "--git-dir"]).status == 0 else {
      throw InputFiles.Failure(
        path: name, reason: "no such file, and no git revision: this directory is in no git repository")
    }
    if !parts[0].isEmpty,
      try Git.run(["rev-parse", "--quiet", "--verify", "--end-of-options", "\(parts[0])^{commit}"]).status != 0
    {
      throw InputFiles.Failure(
        path: name,
        reason: "no such file, and git knows no revision \"\(parts[0])\" (in a shallow clone, fetch it first)")
    }
    // git takes ./ with its slash, and other directories without.
    let isPlain = parts[1].hasSuffix("/") && !parts[1].hasSuffix("./")
    let path = isPlain ? String(parts[1].dropLast()) : parts[1]
    let found = try Git.run(["rev-parse", "--quiet", "--verify", "--end-of-options", "\(parts[0]):\(path)"])
    guard found.status == 0 else {
      throw InputFiles.Failure(
        path: name,
        reason: "no \"\(path)\" in \(parts[0].isEmpty ? "the index" : parts[0]); paths begin at the root of the "
          + "repository, or with ./ at this directory")
    }
    let object = found.text.trimmingSpaces
    if try Git.run(["cat-file", "-t", String(object)]).text.trimmingSpaces == "blob" {
      files = [(name, try Git.blobs([String(object)], of: name)[0])]
      return
    }
    let base =
      path.isEmpty ? "\(parts[0]):" : path.hasSuffix("/") ? "\(parts[0]):\(path)" : "\(parts[0]):\(path)/"
    let blobs = try Git.run(["ls-tree", "--full-tree", "-r", "-z", String(object)]).text.split(separator: "\0")
      .compactMap {
        line -> (name: String, object: String)? in
        // MODE TYPE OBJECT, a tab, and the path.
        let halves = line.split(separator: "\t", maxSplits: 1)
        let words = halves.first?.split(separator: " ") ?? []
        guard halves.count == 2, words.count == 3, words[0].hasPrefix("100"), InputFiles.isManifest(String(halves[1]))
        else { return nil }
        return (base + halves[1], String(words[2]))
      }
    if blobs.isEmpty {
      throw InputFiles.Failure(path: name, reason: "no *.yaml, *.yml or *.json in this directory of the revision")
    }
    files = zip(blobs, try Git.blobs(blobs.map(\.object), of: name)).map { ($0.name, $1) }
  }

  func find(_ inputs: [String]) throws -> [String] { files.map(\.name) }

  func contents(of name: String) throws -> Data {
    guard let file = files.first(where: { $0.name == name }) else {
      throw InputFiles.Failure(path: name, reason: "no such file in the revision")
    }
    return file.contents
  }

  /// The path of a file within the repository, for reports that show it there.
  static func path(of name: String) -> String {
    name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init) ?? name
  }
}

/// Runs git in the current directory.
private enum Git {
  struct Result {
    var status: Int32
    var output: Data
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The contents of objects, in one run of git however many there are.
  static func blobs(_ objects: [String], of name: String) throws -> [Data] {
    let list = FileManager.default.temporaryDirectory.appending(path: "svcnat-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: list) }
    try Data(objects.map { $0 + "\n" }.joined().utf8).write(to: list)
    let output = try run(["cat-file", "--batch"], input: try FileHandle(forReadingFrom: list)).output
    var blobs: [Data] = []
    var rest = output[...]
    // OBJECT blob SIZE, a line feed, the bytes, a line feed.
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
      guard words.count == 3, let size = Int(words[2]), rest.endIndex - end > size + 1 else { break }
      blobs.append(Data(rest[(end + 1)...].prefix(size)))
      rest = rest[(end + 1 + size + 1)...]
    }
    guard blobs.count == objects.count else {
      throw InputFiles.Failure(path: name, reason: "git does not have all files of it (in a partial clone, fetch them)")
    }
    return blobs
  }

  /// - Throws: ``InputFiles/Failure`` where there is no git.
  static func run(_ arguments: [String], input: FileHandle = .nullDevice) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "--no-pager"] + arguments
    process.standardInput = input
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    do {
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      // env's own status for a program that is not there.
      if process.terminationStatus == 127 { throw InputFiles.Failure(path: "git", reason: "is not installed") }
      return Result(status: process.terminationStatus, output: data)
    } catch let error as InputFiles.Failure {
      throw error
    } catch {
      throw InputFiles.Failure(path: "git", reason: "cannot be run: \((error as NSError).localizedDescription)")
    }
  }
}
