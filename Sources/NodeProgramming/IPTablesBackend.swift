#if Netlink && os(Linux)
  import Foundation
  import IPTables
  import NetworkAddresses
  import SystemPrograms

  /// Which of the two kinds of iptables a machine uses. Rules of one are not seen by the programs of the other.
  public enum IPTablesBackend: String, Hashable, Sendable, CaseIterable {
    /// Rules of `nf_tables`.
    case nft
    /// Rules of `ip_tables`.
    case legacy

    private func program(_ purpose: String, _ family: IPFamily) throws(SystemProgramError) -> SystemProgram {
      try SystemProgram("\(family == .ipv4 ? "iptables" : "ip6tables")-\(rawValue)-\(purpose)")
    }

    /// What is installed.
    ///
    /// - Returns: nil where the programs are missing, so that nobody can have installed anything with them.
    /// - Throws: ``ProgrammingError``.
    func rules(_ family: IPFamily) throws(ProgrammingError) -> IPTablesRuleSet? {
      let program: SystemProgram
      do {
        program = try self.program("save", family)
      } catch {
        return nil
      }
      if self == .legacy, !IPTablesBackend.hasLegacyTables(family) { return IPTablesRuleSet(family: family) }
      let text: [UInt8]
      do {
        text = try program.run([])
      } catch {
        throw ProgrammingError(error)
      }
      if let table = IPTablesBackend.incompatibleTable(in: text) {
        throw .unreadableRules(program: program.name, reason: "table \(table) has rules that iptables cannot show")
      }
      do {
        return try text.withUnsafeBytes { try IPTablesParser.parse($0, family: family) }
      } catch {
        throw .unreadableRules(program: program.name, reason: "\(error)")
      }
    }

    /// Whether the namespace of the calling thread has tables of `ip_tables` at all: where it has, a program that only
    /// looks is started, and where it has not, none is.
    private static func hasLegacyTables(_ family: IPFamily) -> Bool {
      let names = "/proc/thread-self/net/" + (family == .ipv4 ? "ip_tables_names" : "ip6_tables_names")
      return (try? String(contentsOfFile: names, encoding: .utf8))?.isEmpty == false
    }

    /// What iptables-nft-save says in place of the rules: ``# Table `filter' is incompatible, use 'nft' tool.``
    static func incompatibleTable(in text: [UInt8]) -> String? {
      for line in String(decoding: text, as: UTF8.self).split(separator: "\n")
      where line.hasPrefix("# Table `") && line.contains("is incompatible") {
        return String(line.dropFirst("# Table `".count).prefix { $0 != "'" })
      }
      return nil
    }

    /// - Parameter commits: false: the document is only checked.
    func restore(_ document: [UInt8], _ family: IPFamily, commits: Bool = true) throws(ProgrammingError) {
      do {
        // The lock of the legacy kind is one for all namespaces, and others hold it now and then.
        let options = ["--noflush", "--wait", "60"] + (commits ? [] : ["--test"])
        try program("restore", family).run(options, input: document)
      } catch {
        throw ProgrammingError(error)
      }
    }

    /// The kind this machine uses, by what is in it: kubelet and kube-proxy, then whoever has most rules, then what the
    /// plain name `iptables` stands for.
    static func inUse(_ rules: [IPTablesBackend: IPTablesRuleSet]) throws(ProgrammingError) -> IPTablesBackend {
      let kubernetes = allCases.filter { rules[$0]?.isKubernetes ?? false }
      if kubernetes.count == 1 { return kubernetes[0] }
      let counts = allCases.map { backend in
        rules[backend]?.tables.reduce(0) { $1.chains.reduce($0) { $0 + $1.rules.count } } ?? 0
      }
      if counts[0] != counts[1] { return allCases[counts[0] > counts[1] ? 0 : 1] }
      do {
        let version = try SystemProgram("iptables").run(["--version"])
        return String(decoding: version, as: UTF8.self).contains("legacy") ? .legacy : .nft
      } catch {
        throw ProgrammingError(error)
      }
    }
  }

  extension IPTablesRuleSet {
    /// Whether a part of Kubernetes uses this kind: kubelet leaves marks for others to see.
    fileprivate var isKubernetes: Bool {
      if servesServices { return true }
      let marks = ["KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY"]
      return self[.mangle]?.chains.contains { marks.contains($0.name) } ?? false
    }
  }
#endif
