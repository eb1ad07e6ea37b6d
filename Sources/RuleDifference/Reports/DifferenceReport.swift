import KubernetesObjects
import NetworkAddresses
import Reports
import ServicePlan

/// A difference, to be written in any format that tells of Services.
public struct DifferenceReport: Sendable {
  public var difference: NodeDifference
  /// Of svcnat.
  public var version: String
  /// Whether long lists are written in full.
  public var isVerbose: Bool

  public enum Format: String, CaseIterable, Sendable {
    case semantic, json, markdown, github, sarif
  }

  let entries: [DifferenceEntry]
  /// Changes that belong to no service port.
  let general: [FlowChange]
  private let sentences: FlowSentences
  private let sentenceCount: Int
  private let unlikelyCount: Int

  public init(_ difference: NodeDifference, version: String, isVerbose: Bool = false) {
    self.difference = difference
    self.version = version
    self.isVerbose = isVerbose
    entries = difference.families.flatMap(DifferenceEntry.entries).sorted { $0.isBefore($1) }
    general = difference.families.flatMap { $0.flows.filter { $0.owner == nil } }
    let sentences =
      difference.isBetweenTargets
      ? FlowSentences.between(difference.old.target.rawValue, difference.new.target.rawValue) : FlowSentences()
    self.sentences = sentences
    let (entries, general) = (entries, general)
    func count(_ isCounted: (FlowChange) -> Bool) -> Int {
      entries.reduce(sentences.texts(general.filter(isCounted)).count) {
        $0 + sentences.texts($1.flows.filter(isCounted)).count
      }
    }
    sentenceCount = count { !$0.isUnlikely }
    unlikelyCount = count(\.isUnlikely)
  }

  /// The report, with a line feed at the end.
  ///
  /// - Parameter isColored: for ``Format/semantic`` on a terminal.
  public func text(_ format: Format, isColored: Bool = false) -> String {
    switch format {
    case .semantic: semantic(isColored: isColored)
    case .json: json.text
    case .markdown: markdown
    case .github: gitHub
    case .sarif: sarif.text
    }
  }

  /// Backends listed on a line.
  var backendLimit: Int { isVerbose ? .max : 5 }

  /// The flows of one service port, or of none, in sentences without anything that steers a terminal.
  func texts(_ flows: [FlowChange]) -> [String] { sentences.texts(flows).map { SingleLine.escaped($0) } }

  /// Which family an entry is of, where there are two of them.
  func familyRemark(_ entry: DifferenceEntry) -> String {
    difference.families.count > 1 ? ", \(entry.family.rawValue)" : ""
  }

  /// `shop/web:http`, with the protocol where it is not TCP and the family where there are two.
  func title(_ entry: DifferenceEntry) -> String {
    let transport = entry.name.transport
    return "\(entry.name)\(transport == .tcp ? "" : "/\(transport.word)")\(familyRemark(entry))"
  }

  /// `node worker-1, nft-maps`: nothing is said of other nodes.
  var pointOfView: String {
    let targets = [difference.old.target.rawValue, difference.new.target.rawValue]
    let words = targets[0] == targets[1] ? targets[0] : targets.joined(separator: " → ")
    return SingleLine.escaped("node \(difference.nodeName), \(words)")
  }

  /// One line about all of it.
  var summary: String {
    if difference.isEmpty { return "no difference" }
    var parts: [String] = []
    for kind in [ServicePortDifference.Kind.added, .removed, .changed] {
      let count = difference.count(kind)
      if count > 0 { parts.append("\(count) \(kind.rawValue)") }
    }
    var words = ""
    if !parts.isEmpty {
      let total = difference.families.reduce(0) { $0 + $1.ports.count }
      words = "\(Wording.count(total, "service port")) (\(parts.joined(separator: ", "))); "
    }
    if difference.isBetweenTargets, !entries.isEmpty {
      let count = Set(entries.filter { !$0.flows.allSatisfy(\.isUnlikely) }.map(\.name)).count
      words = "\(Wording.count(count, "service port")) \(count == 1 ? "behaves" : "behave") differently; "
    }
    let flows = sentenceCount
    if flows > 0 {
      words += flows == 1 ? "1 flow changes" : "\(flows) flows change"
      if unlikelyCount > 0 { words += ", \(unlikelyCount) more only where a node has no proxy" }
    } else {
      words += difference.rulesDiffer ? "rules differ, no flow changes" : "no flow changes"
      if unlikelyCount > 0 { words += " but \(unlikelyCount) only where a node has no proxy" }
    }
    return words
  }
}

/// What there is to tell of one service port in one family.
struct DifferenceEntry: Sendable {
  var name: ServicePortName
  var family: IPFamily
  /// Nil: the service port is as it was, and others or the rules changed around it.
  var port: ServicePortDifference?
  var flows: [FlowChange]

  static func entries(of family: NodeDifference.Family) -> [DifferenceEntry] {
    var flows: [ServicePortName: [FlowChange]] = [:]
    for change in family.flows {
      if let name = change.owner?.name { flows[name, default: []].append(change) }
    }
    var entries = family.ports.map {
      DifferenceEntry(
        name: $0.name, family: family.family, port: $0, flows: flows.removeValue(forKey: $0.name) ?? [])
    }
    entries += flows.map { DifferenceEntry(name: $0.key, family: family.family, port: nil, flows: $0.value) }
    return entries
  }

  func isBefore(_ other: DifferenceEntry) -> Bool {
    name == other.name ? family < other.family : name < other.name
  }

  var newPlan: ServicePortPlan? { port?.new ?? flows.lazy.compactMap(\.newOwner).first }
  var oldPlan: ServicePortPlan? { port?.old ?? flows.lazy.compactMap(\.oldOwner).first }

  /// `added`, `removed`, `changed`; of what is as it was, nothing.
  var word: String { port.map { " " + $0.kind.rawValue } ?? "" }

  /// Whether connections that were served are no more.
  var isLoss: Bool { flows.contains(where: \.isLoss) }
}
