import NFTables
import NetworkAddresses

/// What rules have remembered of earlier packets: elements of dynamic sets, and lists of `xt_recent`.
///
/// A walk changes nothing here: each branch of an ``Outcome`` says what it would remember, and the caller applies those
/// of the branch the packet took. Times are seconds on a clock of the caller.
public struct AffinityMemory: Hashable, Sendable {
  /// A dynamic set of a table.
  public struct SetName: Hashable, Sendable {
    public var family: IPFamily
    public var table: String
    public var set: String

    public init(family: IPFamily, table: String, set: String) {
      self.family = family
      self.table = table
      self.set = set
    }
  }

  /// What one rule remembers of a packet.
  public enum Update: Hashable, Sendable {
    /// The element is there until so many seconds from now; nil: for ever.
    case element(SetName, RegisterBytes, seconds: UInt32?)
    /// The address was seen now.
    case recent(list: String, IPAddress)
  }

  /// When elements expire; nil: never.
  private var elements: [SetName: [RegisterBytes: UInt64?]] = [:]
  /// When addresses were last seen.
  private var lists: [String: [IPAddress: UInt64]] = [:]

  public init() {}

  public var isEmpty: Bool { elements.isEmpty && lists.isEmpty }

  public mutating func apply(_ updates: some Sequence<Update>, at seconds: UInt64) {
    for update in updates {
      switch update {
      case .element(let set, let key, let lifetime):
        elements[set, default: [:]][key] = .some(lifetime.map { seconds + UInt64($0) })
      case .recent(let list, let address):
        lists[list, default: [:]][address] = seconds
      }
    }
  }

  /// Whether an element is in a set; it expires when its last second is over.
  public func contains(_ key: RegisterBytes, in set: SetName, at seconds: UInt64) -> Bool {
    guard let expiry = elements[set]?[key] else { return false }
    return expiry.map { seconds < $0 } ?? true
  }

  /// How many elements of a set are there.
  public func count(of set: SetName, at seconds: UInt64) -> Int {
    elements[set]?.values.count { expiry in expiry.map { seconds < $0 } ?? true } ?? 0
  }

  /// When an address was last put into a list, if it ever was.
  public func lastSeen(_ address: IPAddress, in list: String) -> UInt64? {
    lists[list]?[address]
  }
}
