/// A list of source addresses that remembers when each was last set (`recent`, AFF-5).
public struct RecentMatch: Hashable, Sendable {
  public enum Operation: Hashable, Sendable {
    /// Notes the packet's source with the present time; holds always.
    case set
    /// Holds if the source is in the list and was set no longer ago than `seconds` (nil: at whatever time). Changes no
    /// time.
    ///
    /// - Parameter reap: entries older than `seconds` are removed from the list on the way.
    case check(seconds: UInt32?, reap: Bool)
  }

  /// The name of the list.
  public var list: String
  public var operation: Operation

  public init(_ list: String, _ operation: Operation) {
    self.list = list
    self.operation = operation
  }
}
