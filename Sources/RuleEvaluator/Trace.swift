import NFTables
import NetworkAddresses

/// The rules a packet met, as a tree: branches share the way to where they part.
///
/// Recorded are rules that matched. Their text is made only when it is asked for.
public struct Trace: Sendable {
  /// A rule that matched, and what it did.
  public struct Step: Sendable {
    public var hook: BaseChain.Hook
    public var table: String
    public var chain: String
    /// The place of the rule in its chain, from 0.
    public var index: Int
    public var effect: Effect
    /// The probability that the packet gets here and the rule does this.
    public var probability: Fraction
    /// The service port it belongs to, `namespace/name:port`; nil where the rule serves all or does not say.
    public var servicePort: String?
    /// Which element of a named set or map decided, if one did.
    let element: ElementPlace?
    let rules: any RuleProgram
    let place: RulePlace

    /// The rule as its tool writes it.
    public var rule: String { rules.text(of: place) }

    /// The element of a named set or map that decided, as its tool writes it.
    public var elementText: String? { element.flatMap(rules.text(of:)) }

  }

  public enum Effect: Hashable, Sendable {
    /// Matched, counted or remembered, nothing more.
    case passed
    case marked(UInt32)
    case jumped(String)
    case wentTo(String)
    case returned
    case accepted
    case dropped
    case rejected
    case translated(IPAddress, port: UInt16)
    case masqueraded
  }

  /// An element of a set or map of a table.
  struct ElementPlace: Hashable, Sendable {
    var table: Int32
    var set: Int32
    var element: Int32
  }

  /// The place of a rule in a program.
  struct RulePlace: Hashable, Sendable {
    var chain: Int32
    var rule: Int32
  }

  /// The last step of a way; -1 before the first.
  typealias Link = Int32

  static let start: Link = -1

  struct Node: Sendable {
    var previous: Link
    var depth: Int32
    var place: RulePlace
    var element: ElementPlace?
    var hook: BaseChain.Hook
    var effect: Effect
    var probability: Fraction
  }

  private(set) var nodes: [Node] = []
  let rules: any RuleProgram

  init(rules: any RuleProgram) {
    self.rules = rules
  }

  mutating func append(
    after previous: Link, _ place: RulePlace, _ element: ElementPlace?, _ hook: BaseChain.Hook, _ effect: Effect,
    _ probability: Fraction
  ) -> Link {
    let depth = previous < 0 ? 0 : nodes[Int(previous)].depth + 1
    nodes.append(
      Node(
        previous: previous, depth: depth, place: place, element: element, hook: hook, effect: effect,
        probability: probability))
    return Link(nodes.count - 1)
  }

  func steps(to last: Link, after first: Link = Trace.start) -> [Step] {
    var links: [Link] = []
    var link = last
    while link >= 0 {
      links.append(link)
      link = nodes[Int(link)].previous
    }
    var steps: [Step] = []
    var servicePort: String?
    for link in links.reversed() {
      let node = nodes[Int(link)]
      let names = rules.names(of: node.place)
      let own = rules.servicePort(of: node.place, element: node.element, effect: node.effect)
      servicePort = own ?? (rules.servesOneServicePort(node.place.chain) ? servicePort : nil)
      steps.append(
        Step(
          hook: node.hook, table: names.table, chain: names.chain, index: Int(node.place.rule), effect: node.effect,
          probability: node.probability, servicePort: servicePort, element: node.element, rules: rules,
          place: node.place))
    }
    return first < 0 ? steps : Array(steps.dropFirst(Int(nodes[Int(first)].depth) + 1))
  }

  func commonAncestor(of links: some Sequence<Link>) -> Link {
    var common: Link?
    for link in links {
      guard let last = common else {
        common = link
        continue
      }
      common = commonAncestor(last, link)
    }
    return common ?? Trace.start
  }

  private func commonAncestor(_ a: Link, _ b: Link) -> Link {
    var (a, b) = (a, b)
    while a != b {
      guard a >= 0, b >= 0 else { return Trace.start }
      if nodes[Int(a)].depth >= nodes[Int(b)].depth {
        a = nodes[Int(a)].previous
      } else {
        b = nodes[Int(b)].previous
      }
    }
    return a
  }
}
