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
    /// The element is there until so many seconds from now; nil: for ever. One that is there already keeps its data.
    case element(SetName, RegisterBytes, data: RegisterBytes?, seconds: UInt32?)
    /// The element is gone.
    case removed(SetName, RegisterBytes)
    /// The address was seen now.
    case recent(list: String, IPAddress)
  }

  private struct Entry: Hashable {
    /// What a map holds.
    var data: RegisterBytes?
    /// Nil: never.
    var expiry: UInt64?

    func isThere(at seconds: UInt64) -> Bool { expiry.map { seconds < $0 } ?? true }
  }

  private var elements: [SetName: [RegisterBytes: Entry]] = [:]
  /// When addresses were last seen.
  private var lists: [String: [IPAddress: UInt64]] = [:]

  public init() {}

  public var isEmpty: Bool { elements.isEmpty && lists.isEmpty }

  public mutating func apply(_ updates: some Sequence<Update>, at seconds: UInt64) {
    for update in updates {
      switch update {
      case .element(let set, let key, let data, let lifetime):
        let before = elements[set]?[key].flatMap { $0.isThere(at: seconds) ? $0 : nil }
        elements[set, default: [:]][key] = Entry(
          data: before?.data ?? data, expiry: lifetime.map { seconds + UInt64($0) })
      case .removed(let set, let key): elements[set]?[key] = nil
      case .recent(let list, let address):
        lists[list, default: [:]][address] = seconds
      }
    }
  }

  /// Whether an element is in a set; it expires when its last second is over.
  public func contains(_ key: RegisterBytes, in set: SetName, at seconds: UInt64) -> Bool {
    elements[set]?[key]?.isThere(at: seconds) ?? false
  }

  /// What a map holds under a key.
  public func data(of key: RegisterBytes, in map: SetName, at seconds: UInt64) -> RegisterBytes? {
    elements[map]?[key].flatMap { $0.isThere(at: seconds) ? $0.data : nil }
  }

  /// How many elements of a set are there.
  public func count(of set: SetName, at seconds: UInt64) -> Int {
    elements[set]?.values.count { $0.isThere(at: seconds) } ?? 0
  }

  /// When an address was last put into a list, if it ever was.
  public func lastSeen(_ address: IPAddress, in list: String) -> UInt64? {
    lists[list]?[address]
  }
}
