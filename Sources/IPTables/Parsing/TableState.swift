import NetworkAddresses

/// A table while a document is read: commands change it in their order.
struct TableState {
  let name: Table.Name
  private var chains: [Chain?] = []
  private var indices: [String: Int] = [:]

  init(name: Table.Name) {
    self.name = name
  }

  var table: Table { Table(name, chains: chains.compactMap { $0 }) }

  func hasChain(_ name: String) -> Bool { indices[name] != nil }

  /// `:NAME POLICY`: creates the chain; one of ours that is there is emptied.
  mutating func declare(_ name: String, policy: Chain.Policy?) {
    if Chain.isBuiltIn(name) {
      change(name) { $0.policy = policy ?? $0.policy }
    } else {
      change(name) { $0.rules = [] }
    }
  }

  /// A line with a command.
  mutating func run(_ words: ArraySlice<Word>, family: IPFamily) throws(IPTablesParseError.Reason) {
    guard let command = words.first?.text else { return }
    var rest = words.dropFirst()
    func chain() throws(IPTablesParseError.Reason) -> String {
      guard let word = rest.popFirst() else { throw .missing("a chain behind \(command)") }
      return word.text
    }
    switch command {
    case "-A", "--append":
      let chain = try chain()
      let rule = try rule(rest, family)
      change(chain) { $0.rules.append(rule) }
    case "-I", "--insert":
      let chain = try chain()
      let number = takeNumber(&rest)
      let rule = try rule(rest, family)
      let index = (number ?? 1) - 1
      guard (0...rules(of: chain).count).contains(index) else { throw .noSuchRule("\(index + 1)") }
      change(chain) { $0.rules.insert(rule, at: index) }
    case "-R", "--replace":
      let chain = try chain()
      let index = try index(takeNumber(&rest), in: chain)
      let rule = try rule(rest, family)
      change(chain) { $0.rules[index] = rule }
    case "-D", "--delete":
      let chain = try chain()
      if let number = takeNumber(&rest) {
        let index = try index(number, in: chain)
        change(chain) { $0.rules.remove(at: index) }
      } else {
        let rule = try rule(rest, family)
        guard let index = rules(of: chain).firstIndex(of: rule) else { throw .noSuchRule(rule.text) }
        change(chain) { $0.rules.remove(at: index) }
      }
    case "-N", "--new-chain": change(try chain()) { _ in }
    case "-F", "--flush":
      if rest.isEmpty {
        for index in chains.indices { chains[index]?.rules = [] }
      } else {
        change(try chain()) { $0.rules = [] }
      }
    case "-X", "--delete-chain":
      let chain = try chain()
      if let index = indices.removeValue(forKey: chain) { chains[index] = nil }
    case "-P", "--policy":
      let chain = try chain()
      guard let policy = rest.first.flatMap({ Chain.Policy(rawValue: $0.text) }) else { throw .missing("a policy") }
      change(chain) { $0.policy = policy }
    case "-Z", "--zero": break
    default: throw .unknownCommand(command)
    }
  }

  private func rule(_ words: ArraySlice<Word>, _ family: IPFamily) throws(IPTablesParseError.Reason) -> Rule {
    var parser = RuleParser(family: family)
    return try parser.parse(words) { hasChain($0) }
  }

  private func rules(of chain: String) -> [Rule] {
    indices[chain].flatMap { chains[$0]?.rules } ?? []
  }

  private func index(_ number: Int?, in chain: String) throws(IPTablesParseError.Reason) -> Int {
    guard let number else { throw .missing("the number of a rule") }
    guard number >= 1, number <= rules(of: chain).count else { throw .noSuchRule("\(number)") }
    return number - 1
  }

  private func takeNumber(_ words: inout ArraySlice<Word>) -> Int? {
    guard let number = words.first.flatMap({ Int($0.text) }) else { return nil }
    words = words.dropFirst()
    return number
  }

  /// Creates the chain where it is not there yet.
  private mutating func change(_ name: String, _ change: (inout Chain) -> Void) {
    let index = indices[name] ?? chains.count
    if index == chains.count {
      indices[name] = index
      chains.append(Chain(name))
    }
    if var chain = chains[index] {
      // Out of the array while it changes, so that its rules are not copied.
      chains[index] = nil
      change(&chain)
      chains[index] = chain
    }
  }
}
