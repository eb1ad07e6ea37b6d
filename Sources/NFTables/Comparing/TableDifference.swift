/// One thing that two tables do not have in common.
public struct TableDifference: Hashable, Sendable {
  public enum Object: Hashable, Sendable {
    /// The table itself: its family, name or comment.
    case table
    /// The declaration of a set or map, its elements aside.
    case set(String)
    case element(set: String)
    /// The declaration of a chain, its rules aside.
    case chain(String)
    case rule(chain: String)
  }

  public enum Kind: String, Hashable, Sendable {
    case added
    case removed
    case changed
  }

  public var object: Object
  /// What the first table has, as nft writes it; nil: nothing.
  public var old: String?
  /// What the second table has; nil: nothing.
  public var new: String?

  public init(_ object: Object, old: String?, new: String?) {
    self.object = object
    self.old = old
    self.new = new
  }

  public var kind: Kind { old == nil ? .added : new == nil ? .removed : .changed }
}

extension TableDifference: CustomStringConvertible {
  /// `changed element of service-ips: 10.0.0.1 . tcp . 80 : drop -> 10.0.0.1 . tcp . 80 : goto pick-1`
  public var description: String {
    let place =
      switch object {
      case .table: "table"
      case .set(let name): "set \(name)"
      case .element(let set): "element of \(set)"
      case .chain(let name): "chain \(name)"
      case .rule(let chain): "rule in \(chain)"
      }
    return "\(kind.rawValue) \(place): " + [old, new].compactMap { $0 }.joined(separator: " -> ")
  }
}
