#if Netlink && os(Linux)
  import NFTables

  /// A table as the kernel holds it: what ``Table`` has, and what it has not.
  public struct InstalledTable: Hashable, Sendable {
    public var table: Table
    /// The handles of the rules of each chain, in their order: what a rule is deleted by.
    public internal(set) var ruleHandles: [String: [UInt64]] = [:]
    /// How many packets have found an element, for sets that count: by set, then by key. Run-time state.
    public internal(set) var packetCounts: [String: [RegisterBytes: UInt64]] = [:]
    /// What somebody put there and ``Table`` has no word for.
    public internal(set) var strays: [StrayObject] = []
    /// Base chains that drop what no rule decides about.
    public internal(set) var droppingChains: Set<String> = []
    public internal(set) var flags: TableFlags = []
    /// The netlink port of the process that owns the table; other processes cannot change it. Kernel 5.12.
    public internal(set) var owner: UInt32?
    /// The generation of the rule set that the dump shows. Each commit of anybody makes a new one.
    public internal(set) var generation: UInt32 = 0

    public init(_ table: Table) { self.table = table }

    /// The table is there, but its chains are not in use.
    public var isDormant: Bool { flags.contains(.dormant) }
  }

  /// An object of a table that the model has no word for.
  public struct StrayObject: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// A set or map of types, or with flags, that are not known.
      case set
      /// Elements of a known set that are of another shape than the set says: how many.
      case elements(Int)
      /// A chain of a type or at a hook that is not known.
      case chain
      /// A named counter, quota, limit and the like: its type as the kernel numbers it.
      case object(type: UInt32)
      case flowtable
    }

    public var kind: Kind
    /// For elements the name of their set.
    public var name: String

    init(_ kind: Kind, _ name: String) {
      self.kind = kind
      self.name = name
    }
  }
#endif
