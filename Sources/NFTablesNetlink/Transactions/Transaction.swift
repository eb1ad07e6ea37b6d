#if Netlink && os(Linux)
  import NFTables

  /// Operations that take effect together or not at all.
  ///
  /// It is a value: nothing happens until it is committed.
  public struct Transaction: Hashable, Sendable {
    public private(set) var operations: [Operation] = []

    public init() {}

    public var isEmpty: Bool { operations.isEmpty }

    public mutating func append(_ operation: Operation) { operations.append(operation) }

    public mutating func append(_ table: TableIdentity, _ action: Operation.Action) {
      operations.append(Operation(table, action))
    }

    public mutating func append(contentsOf other: Transaction) { operations.append(contentsOf: other.operations) }

    /// Adds a table with all it holds. Chains come before what leads to them, sets before the rules that use them.
    public mutating func add(_ table: Table, ownership: TableOwnership? = nil) {
      let identity = table.identity
      append(identity, .addTable(comment: table.comment, ownership))
      for chain in table.chains { append(identity, .addChain(chain.declaration)) }
      for set in table.sets { append(identity, .addSet(set.declaration)) }
      for chain in table.chains { addRules(of: chain, in: identity) }
      for set in table.sets where !set.elements.isEmpty {
        append(identity, .addElements(set.declaration, set.elements))
      }
    }

    /// Puts a table in the place of what is there under its name, if anything is.
    ///
    /// Elements that rules have added are lost, and packets can miss their translation at the moment of the change: for a first
    /// load. ``TableUpdate`` is for a table in use.
    public mutating func replace(_ table: Table, ownership: TableOwnership? = nil) {
      // Adding first makes the deletion succeed where there is no such table.
      append(table.identity, .addTable(comment: nil, nil))
      append(table.identity, .deleteTable)
      add(table, ownership: ownership)
    }

    mutating func addRules(of chain: Chain, in table: TableIdentity) {
      for rule in chain.rules { append(table, .addRule(chain: chain.name, rule, before: nil)) }
    }
  }

  extension NamedSet {
    /// Without its elements.
    var declaration: NamedSet {
      var set = self
      set.elements = []
      return set
    }
  }

  extension Chain {
    /// Without its rules.
    var declaration: Chain { Chain(name, base: base, comment: comment) }
  }
#endif
