/// Gives the same `String` for the same bytes, so that the names of nodes, zones and Services exist once.
///
/// Texts of at most 15 bytes need no memory of their own in Swift and are not looked up.
final class StringPool {
  private var strings: [String] = Array(repeating: "", count: 1024)
  private var hashes: [Int] = Array(repeating: 0, count: 1024)
  private var count = 0

  func string(_ bytes: UnsafeRawBufferPointer) -> String {
    guard bytes.count > 15, bytes.count <= 256 else { return String(decoding: bytes, as: UTF8.self) }
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    // Zero marks an empty place.
    let hash = hasher.finalize() | 1
    var index = hash & (strings.count - 1)
    while hashes[index] != 0 {
      if hashes[index] == hash, bytes.spells(strings[index]) { return strings[index] }
      index = (index + 1) & (strings.count - 1)
    }
    let string = String(decoding: bytes, as: UTF8.self)
    strings[index] = string
    hashes[index] = hash
    count += 1
    if count * 2 > strings.count { grow() }
    return string
  }

  private func grow() {
    let old = (strings, hashes)
    strings = Array(repeating: "", count: old.0.count * 2)
    hashes = Array(repeating: 0, count: strings.count)
    for (string, hash) in zip(old.0, old.1) where hash != 0 {
      var index = hash & (strings.count - 1)
      while hashes[index] != 0 { index = (index + 1) & (strings.count - 1) }
      strings[index] = string
      hashes[index] = hash
    }
  }
}
