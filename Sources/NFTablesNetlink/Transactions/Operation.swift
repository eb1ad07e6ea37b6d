#if Netlink && os(Linux)
  import NFTables

  /// One step of a transaction.
  ///
  /// Each fails, and with it the whole transaction, as the kernel says: adding what is there already with `EEXIST`, deleting or
  /// using what is not there with `ENOENT`, deleting what is in use with `EBUSY`. ``NetlinkError`` names the step.
  public struct Operation: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
      /// Makes the table where it is not there yet. Not what it holds. Without an ownership a table that is there stays as it is.
      case addTable(comment: String?, TableOwnership?)
      /// Gives a table that is there these flags instead of those it has. The kernel refuses with `EOPNOTSUPP` to change
      /// ``TableFlags/persist``, to take away ``TableFlags/owner``, and to give it to a table that does not persist.
      case setTableFlags(TableFlags)
      /// Deletes the table with all it holds.
      case deleteTable
      /// Declares a chain; its rules are operations of their own. A base chain that is there gets the policy accept.
      case addChain(Chain)
      /// Deletes a chain with its rules.
      case deleteChain(String)
      /// Deletes the rules of a chain.
      case flushChain(String)
      /// Declares a set or map; its elements are operations of their own.
      case addSet(NamedSet)
      /// Gives a set that is there another size. It counts only behind the commit: not for elements of the same transaction.
      /// The kernel keeps as many hash buckets as the set began with.
      case resizeSet(NamedSet)
      case deleteSet(String)
      /// Deletes all elements.
      case flushSet(String)
      /// The set says what the elements are; its own elements do not matter.
      case addElements(NamedSet, [Element])
      case deleteElements(NamedSet, [Element])
      /// - before: the handle of the rule it is put in front of; nil: it goes behind all others.
      case addRule(chain: String, Rule, before: UInt64?)
      /// The rule is there for the words of an error.
      case deleteRule(chain: String, handle: UInt64, Rule)
      case deleteObject(StrayObject)
    }

    public var table: TableIdentity
    public var action: Action

    public init(_ table: TableIdentity, _ action: Action) {
      self.table = table
      self.action = action
    }
  }

  extension Operation: CustomStringConvertible {
    /// `add chain ip svcnat pick-2`; for elements how many.
    public var description: String {
      switch action {
      case .addElements(let set, let elements): describe("add", set, elements)
      case .deleteElements(let set, let elements): describe("delete", set, elements)
      default: verb + rest
      }
    }

    /// With one of its elements instead of all.
    func description(ofElement index: Int) -> String {
      switch action {
      case .addElements(let set, let elements) where elements.indices.contains(index):
        describe("add", set, [elements[index]])
      case .deleteElements(let set, let elements) where elements.indices.contains(index):
        describe("delete", set, [elements[index]])
      default: description
      }
    }

    private func describe(_ verb: String, _ set: NamedSet, _ elements: [Element]) -> String {
      guard elements.count == 1 else { return "\(verb) \(elements.count) elements \(table) \(set.name)" }
      return "\(verb) element \(table) \(set.name) { \(TableText.element(elements[0], of: set)) }"
    }

    private var verb: String {
      switch action {
      case .addTable, .setTableFlags, .addChain, .addSet, .addElements, .addRule: "add "
      case .deleteTable, .deleteChain, .deleteSet, .deleteElements, .deleteRule, .deleteObject: "delete "
      case .flushChain, .flushSet: "flush "
      case .resizeSet: "resize "
      }
    }

    private var rest: String {
      switch action {
      case .addTable(_, let ownership): "table \(table)\(Operation.block(ownership?.flags ?? []))"
      case .setTableFlags(let flags): "table \(table)\(Operation.block(flags))"
      case .deleteTable: "table \(table)"
      case .addChain(let chain): "chain \(table) \(chain.name)"
      case .deleteChain(let name), .flushChain(let name): "chain \(table) \(name)"
      case .addSet(let set), .resizeSet(let set): "\(set.isMap ? "map" : "set") \(table) \(set.name)"
      case .deleteSet(let name), .flushSet(let name): "set \(table) \(name)"
      case .addElements(let set, _), .deleteElements(let set, _): "elements \(table) \(set.name)"
      case .addRule(let chain, let rule, _): "rule \(table) \(chain) \(TableText.rule(rule, family: table.family))"
      case .deleteRule(let chain, let handle, let rule):
        "rule \(table) \(chain) \(TableText.rule(rule, family: table.family)) (handle \(handle))"
      case .deleteObject(let stray): "object \(table) \(stray.name)"
      }
    }

    private static func block(_ flags: TableFlags) -> String { flags.isEmpty ? "" : " { flags \(flags); }" }
  }
#endif
