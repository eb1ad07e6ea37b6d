import ArgumentParser
import Explanation
import Foundation
import RuleDifference
import RuleTargets

/// One of the two things that `svcnat diff` compares.
struct DiffSide {
  enum Content {
    /// Objects, to be compiled.
    case objects(any InputSource)
    /// Rules as they are.
    case rules([CompiledRules])
  }

  /// As the command line names it.
  var name: String
  var kind: NodeDifference.Side.Kind
  var content: Content
  /// The directory's own options, of a golden one.
  var golden: GoldenOptions?

  /// Finds out what a word of the command line names.
  ///
  /// - Throws: ``InputFiles/Failure`` for what does not exist or cannot be read.
  init(_ word: String) throws {
    name = InputFiles.label(word)
    var isDirectory: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: word, isDirectory: &isDirectory)
    if word != "-", !isThere, GitRevision.isMeant(by: word) {
      kind = .git
      content = .objects(try GitRevision(word))
    } else if isThere, isDirectory.boolValue {
      let directory = GoldenCase(path: word)
      guard directory.isGolden, let input = directory.input else {
        kind = .manifests
        content = .objects(InputFolder(path: word))
        return
      }
      kind = .golden
      golden = try directory.readOptions()
      content = .objects(InputFolder(path: directory.file(input), directory: directory.path))
    } else {
      guard word == "-" || isThere else {
        throw InputFiles.Failure(path: word, reason: "no such file or directory")
      }
      let data = try InputFiles.contents(of: word)
      if DiffSide.isBinary(data) {
        throw InputFiles.Failure(path: name, reason: "is no text: neither manifests nor rules")
      }
      if let rules = try DiffSide.rules(data, named: name) {
        kind = .rules
        content = .rules(rules)
      } else {
        kind = .manifests
        content = .objects(FixedInput(name: name, data: data))
      }
    }
  }

  /// Rules that a node has now, or that come from anywhere else but a file.
  init(name: String, kind: NodeDifference.Side.Kind, rules: [CompiledRules]) {
    self.name = name
    self.kind = kind
    content = .rules(rules)
  }

  var rules: [CompiledRules]? {
    if case .rules(let rules) = content { rules } else { nil }
  }

  /// Bytes that are enough to tell rules from manifests.
  private static let telling = 1 << 16

  /// Whether a file has what no text has. UTF-16 has it, too, and is named as such by the reader of manifests.
  private static func isBinary(_ data: Data) -> Bool {
    let start = data.prefix(8000)
    return start.contains(0) && !start.starts(with: [0xff, 0xfe]) && !start.starts(with: [0xfe, 0xff])
  }

  /// Nil: the text is no rules.
  private static func rules(_ data: Data, named name: String) throws -> [CompiledRules]? {
    let start = Array(data.prefix(telling))
    if String(decoding: start.prefix(200), as: UTF8.self).replacing(/\s/, with: "").hasPrefix("{\"nftables\":") {
      throw InputFiles.Failure(path: name, reason: RuleDump.Problem.json.description)
    }
    guard RuleDump.kind(of: start) != nil else { return nil }
    var dump = RuleDump()
    do throws(RuleDump.Problem) {
      try dump.add(Array(data))
    } catch {
      throw InputFiles.Failure(path: name, reason: error.description)
    }
    return dump.iptables.map(CompiledRules.iptables) + dump.tables.map(CompiledRules.nftables)
  }
}

/// A directory of manifests, or an input of a golden directory, whose options name files from there.
private struct InputFolder: InputSource {
  var path: String
  /// Where options look for files; nil: in the current directory.
  var directory: String?

  var settings: WorkingFiles { WorkingFiles(directory: directory) }

  func find(_ inputs: [String]) throws -> [String] { try InputFiles.find([path]) }

  func contents(of name: String) throws -> Data { try InputFiles.contents(of: name) }
}

extension CompiledRules {
  /// Whose rules these are, by the names they have.
  var nearestTarget: RuleTarget {
    switch self {
    case .iptables: .iptables
    case .nftables(let table): table.name == "svcnat" ? .nftMaps : .nftChains
    }
  }

  /// `nft-maps.ipv4.nft`
  var fileName: String { nearestTarget.fileName(family) }
}
