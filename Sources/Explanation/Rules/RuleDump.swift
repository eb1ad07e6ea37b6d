import IPTables
import NFTables
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// Rules read from text: what `iptables-save` or `nft list ruleset` print, or what svcnat compiles.
///
/// Tables of nftables other than those of kube-proxy and svcnat are passed over; so are chains of iptables that are in
/// tables other than nat, filter and mangle.
public struct RuleDump: Sendable {
  public enum Kind: Hashable, Sendable {
    case iptables
    case nftables
  }

  /// Why a text is no set of rules that can be asked.
  public enum Problem: Error, Hashable, Sendable {
    case notRules
    /// `nft -j`
    case json
    case iptables(IPTablesParseError)
    case nftables(RulesetSyntaxError)
    /// nft tables there are, but none of a Service proxy.
    case noServiceTable(passedOver: Int)
    /// The same table of one family in two files.
    case twice(String)
  }

  public private(set) var iptables: [IPTablesRuleSet] = []
  public private(set) var tables: [NFTables.Table] = []

  public init() {}

  /// The tables of nftables that translate Services.
  static let serviceTables: Set<String> = ["kube-proxy", "svcnat"]

  /// Which tool wrote a text; nil: none of those.
  public static func kind(of text: [UInt8]) -> Kind? {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let line = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      guard let first = line.first, first != UInt8(ascii: "#"), first != 0x0d else { continue }
      if first == UInt8(ascii: "*") { return .iptables }
      let words = line.split(separator: UInt8(ascii: " "))
      let word = String(decoding: words[0], as: UTF8.self)
      return ["table", "add", "delete", "destroy", "flush"].contains(word) ? .nftables : nil
    }
    return nil
  }

  /// Adds the rules of one text.
  public mutating func add(_ text: [UInt8]) throws(Problem) {
    switch RuleDump.kind(of: text) {
    case .iptables: try addIPTables(text)
    case .nftables: try addNFTables(text)
    case nil:
      let first = text.first { !($0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09) }
      throw first == UInt8(ascii: "{") ? .json : .notRules
    }
  }

  private mutating func addIPTables(_ text: [UInt8]) throws(Problem) {
    for (family, lines) in FamilySections.split(text) {
      guard !iptables.contains(where: { $0.family == family }) else {
        throw .twice(family == .ipv4 ? "iptables" : "ip6tables")
      }
      do {
        iptables.append(try lines.withUnsafeBytes { try IPTablesParser.parse($0, family: family) })
      } catch let error as IPTablesParseError {
        throw .iptables(error)
      } catch {
        throw .notRules
      }
    }
  }

  private mutating func addNFTables(_ text: [UInt8]) throws(Problem) {
    var options = RulesetParser.Options()
    options.unknownStatements = .keep
    options.tables = RuleDump.serviceTables
    let ruleset: RulesetParser.Ruleset
    do throws(RulesetSyntaxError) {
      ruleset = try RulesetParser.parse(text, options: options)
    } catch {
      throw .nftables(error)
    }
    if ruleset.tables.isEmpty { throw .noServiceTable(passedOver: ruleset.skippedTables) }
    for table in ruleset.tables {
      guard !tables.contains(where: { $0.family == table.family && $0.name == table.name }) else {
        throw .twice("table \(table.familyWord) \(table.name)")
      }
      tables.append(table)
    }
  }

  /// What can be asked: the rules of each tool, prepared.
  ///
  /// - Parameter family: others are left out.
  /// - Throws: where rules name a chain or set that is not there.
  public func evaluators(
    _ family: IPFamily, _ environment: NodeEnvironment
  ) throws(EvaluationError) -> [(name: String, mode: ProxyMode, evaluator: PacketEvaluator)] {
    var evaluators: [(name: String, mode: ProxyMode, evaluator: PacketEvaluator)] = []
    let own = tables.filter { $0.family == family }
    if !own.isEmpty {
      let names = own.map { "\($0.familyWord) \($0.name)" }
      evaluators.append(
        ("nft table \(names.joined(separator: ", "))", .nftables, try PacketEvaluator(own, environment: environment)))
    }
    let ruleSets = iptables.filter { $0.family == family }
    if !ruleSets.isEmpty {
      evaluators.append(
        (
          family == .ipv4 ? "iptables" : "ip6tables", .iptables,
          try PacketEvaluator(ruleSets, environment: environment)
        ))
    }
    return evaluators
  }
}

extension RuleDump.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notRules: "neither what iptables-save nor what nft list ruleset prints"
    case .json: "JSON of nft -j is not read; nft list ruleset without -j is"
    case .iptables(let error): "\(error)"
    case .nftables(let error): "\(error)"
    case .noServiceTable(let passedOver):
      "no table kube-proxy or svcnat of family ip or ip6"
        + (passedOver > 0 ? ", only \(Words.count(passedOver, "other table"))" : "")
    case .twice(let what): "\(what) is in the rules twice"
    }
  }
}
