import NetworkAddresses

/// What makes one table of another, without either of them: as large as what differs.
///
/// It does not say in which order things have to happen; `NFTablesNetlink.TableUpdate` knows.
public struct TableChange: Hashable, Sendable {
  public var family: IPFamily
  public var name: String
  /// With their elements.
  public var addedSets: [NamedSet] = []
  public var changedSets: [SetChange] = []
  public var removedSets: [String] = []
  /// With their rules.
  public var addedChains: [Chain] = []
  /// Chains that get other rules, with the new ones.
  public var changedChains: [Chain] = []
  public var removedChains: [String] = []

  public init(family: IPFamily, name: String) {
    self.family = family
    self.name = name
  }

  public var isEmpty: Bool {
    addedSets.isEmpty && changedSets.isEmpty && removedSets.isEmpty && addedChains.isEmpty && changedChains.isEmpty
      && removedChains.isEmpty
  }

  /// What becomes different in a set that stays.
  public struct SetChange: Hashable, Sendable {
    /// The set as it is to be, without elements.
    public var declaration: NamedSet
    /// ``NamedSet/size`` before.
    public var sizeBefore: UInt32?
    /// How many elements it has before.
    public var countBefore: Int
    public var elements: ElementDifference

    public init(_ declaration: NamedSet, sizeBefore: UInt32?, countBefore: Int, elements: ElementDifference) {
      self.declaration = declaration
      self.sizeBefore = sizeBefore
      self.countBefore = countBefore
      self.elements = elements
    }
  }
}
