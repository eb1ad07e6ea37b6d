import KubernetesObjects

/// The versions of the objects of one kind, so that news older than what is known are passed over.
///
/// A watch that is opened again can repeat events, and one can come late. An object that is gone leaves its version behind,
/// or a late event would bring it back.
struct ObjectVersions: Sendable {
  private var present: [NamespacedName: UInt64] = [:]
  /// Of objects that are gone. When these are many, those of ``formerlyGone`` are forgotten.
  private var gone: [NamespacedName: UInt64] = [:]
  private var formerlyGone: [NamespacedName: UInt64] = [:]

  /// So many that are gone are remembered at least, and at most twice as many.
  static let remembered = 2048

  init() {}

  /// Those of a list, which is the truth whatever was known before.
  init(_ list: [(name: NamespacedName, version: UInt64?)]) {
    present.reserveCapacity(list.count)
    for (name, version) in list { present[name] = version }
  }

  /// Whether an object is no older than what is known of it; then that is its version.
  mutating func accept(_ name: NamespacedName, _ version: UInt64?) -> Bool {
    guard let version else { return true }
    if let known = present[name] {
      if version < known { return false }
    } else if let known = gone[name] ?? formerlyGone[name] {
      if version <= known { return false }
    }
    present[name] = version
    return true
  }

  /// Likewise for a deletion.
  mutating func acceptDeletion(_ name: NamespacedName, _ version: UInt64?) -> Bool {
    guard accept(name, version) else { return false }
    present[name] = nil
    guard let version else { return true }
    if gone.count >= ObjectVersions.remembered {
      formerlyGone = gone
      gone = [:]
    }
    gone[name] = version
    return true
  }
}
