#if Netlink && os(Linux)
  import Foundation
  import IPTables
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses
  import RuleTargets

  /// The rules a node had before a change, kept in files until the change is confirmed or rolled back.
  ///
  /// A directory holds at most one change that waits. Whoever renames its folder first decides: confirming and rolling back
  /// cannot both happen.
  public struct FormerRules {
    private static let prefix = "waiting-"

    /// The folder while the change waits.
    private let folder: URL
    /// Names the change among earlier and later ones.
    public let token: String

    private init(_ directory: URL, _ token: String) {
      folder = directory.appending(path: FormerRules.prefix + token, directoryHint: .isDirectory)
      self.token = token
    }

    /// Keeps rules.
    ///
    /// - Throws: ``ProgrammingError/rollback(reason:)`` if another change waits, or the files cannot be written.
    public static func keep(
      _ installed: [InstalledRules], in directory: URL
    ) throws(ProgrammingError) -> FormerRules {
      if try !waiting(in: directory).isEmpty {
        throw .rollback(reason: "an earlier change still waits: run svcnat confirm, or wait until it is rolled back")
      }
      let former = FormerRules(directory, UUID().uuidString.lowercased())
      do {
        try former.write(installed)
      } catch {
        throw .rollback(
          reason: "the former rules cannot be kept in \(directory.path): \((error as NSError).localizedDescription)")
      }
      return former
    }

    /// Declares the changes in a directory good.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public static func confirm(in directory: URL) throws(ProgrammingError) -> Int {
      var confirmed = 0
      for former in try waiting(in: directory) {
        if let taken = former.take() {
          confirmed += 1
          try? FileManager.default.removeItem(at: taken)
        }
      }
      return confirmed
    }

    /// Rolls a change back, unless it has been confirmed.
    ///
    /// - Returns: whether it was rolled back.
    /// - Throws: where the rules cannot be read or programmed; they stay in a folder `failed-TOKEN`.
    public static func rollBack(
      _ token: String, in directory: URL, with programmer: inout NodeProgrammer
    ) throws(ProgrammingError) -> Bool {
      guard let taken = FormerRules(directory, token).take() else { return false }
      do {
        for installed in try read(taken) {
          try programmer.carryOut(programmer.planReturn(to: installed))
        }
      } catch {
        let failed = directory.appending(path: "failed-" + token)
        try? FileManager.default.moveItem(at: taken, to: failed)
        if let error = error as? ProgrammingError { throw error }
        throw .rollback(reason: "the former rules in \(failed.path) cannot be read: \(error)")
      }
      try? FileManager.default.removeItem(at: taken)
      return true
    }

    private static func waiting(in directory: URL) throws(ProgrammingError) -> [FormerRules] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
      return names.filter { $0.hasPrefix(prefix) }.map { FormerRules(directory, String($0.dropFirst(prefix.count))) }
    }

    /// - Returns: where the files are now; nil if somebody else has taken them.
    private func take() -> URL? {
      let taken = folder.deletingLastPathComponent().appending(path: "taken-" + token, directoryHint: .isDirectory)
      return rename(folder.path, taken.path) == 0 ? taken : nil
    }

    // MARK: - Files

    private struct Index: Codable {
      struct Entry: Codable {
        var place: String
        var isOurs: Bool
        var file: String
      }

      var family: String
      var entries: [Entry]
    }

    private func write(_ all: [InstalledRules]) throws {
      let unfinished = folder.deletingLastPathComponent()
        .appending(path: "unfinished-" + token, directoryHint: .isDirectory)
      // Rules show who talks to whom: nobody else's business.
      try FileManager.default.createDirectory(
        at: unfinished, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      var indices: [Index] = []
      for installed in all {
        var index = Index(family: installed.family.rawValue, entries: [])
        for entry in installed.entries {
          let file = "\(installed.family.rawValue)-\(entry.place.word).rules"
          try Data(entry.rules.text()).write(to: unfinished.appending(path: file))
          index.entries.append(Index.Entry(place: entry.place.word, isOurs: entry.owner == .svcnat, file: file))
        }
        indices.append(index)
      }
      try JSONEncoder().encode(indices).write(to: unfinished.appending(path: "index.json"))
      try FileManager.default.moveItem(at: unfinished, to: folder)
    }

    private static func read(_ folder: URL) throws -> [InstalledRules] {
      let indices = try JSONDecoder().decode(
        [Index].self, from: Data(contentsOf: folder.appending(path: "index.json")))
      return try indices.map { index in
        guard let family = IPFamily(rawValue: index.family) else { throw CocoaError(.coderInvalidValue) }
        var installed = InstalledRules(family: family)
        for entry in index.entries {
          guard let place = RulePlace.all.first(where: { $0.word == entry.place }) else {
            throw CocoaError(.coderInvalidValue)
          }
          let text = [UInt8](try Data(contentsOf: folder.appending(path: entry.file)))
          let contents: InstalledRules.Contents
          if case .iptables(let backend) = place {
            contents = .iptables(
              backend, try text.withUnsafeBytes { try IPTablesParser.parse($0, family: family) })
          } else {
            guard let table = try RulesetParser.parse(text).tables.first else { throw CocoaError(.coderInvalidValue) }
            contents = .table(InstalledTable(table))
          }
          installed.entries.append(
            InstalledRules.Entry(place: place, owner: entry.isOurs ? .svcnat : .kubeProxy, contents: contents))
        }
        return installed
      }
    }
  }

  extension RulePlace {
    fileprivate var word: String {
      switch self {
      case .mapsTable: "svcnat"
      case .chainsTable: "kube-proxy"
      case .iptables(let backend): "iptables-\(backend.rawValue)"
      }
    }
  }
#endif
