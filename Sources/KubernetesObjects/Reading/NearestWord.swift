/// `"Tcp" is none of TCP, UDP, SCTP; did you mean TCP?`
func unknownWord(_ word: String, among allowed: [String]) -> String {
  let message = "\"\(word.shortened)\" is none of \(allowed.joined(separator: ", "))"
  return nearestWord(to: word, among: allowed).map { "\(message); did you mean \($0)?" } ?? message
}

/// The word that was probably meant, if one is near enough.
public func nearestWord(to word: String, among allowed: [String]) -> String? {
  let distances = allowed.map { (editDistance(word.lowercased(), $0.lowercased()), $0) }
  guard let nearest = distances.min(by: { $0.0 < $1.0 }), nearest.0 <= max(1, nearest.1.count / 3) else { return nil }
  return nearest.1
}

/// Insertions, removals, replacements and swaps of neighbours that turn one word into the other; of a long word only the
/// begin is compared.
private func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.unicodeScalars.prefix(40))
  let b = Array(b.unicodeScalars)
  // Distances from the begin of `a` up to the scalar before the last, up to the last, and up to the one at hand.
  var before: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, before[j - 1] + 1) }
      row.append(distance)
    }
    (before, last) = (last, row)
  }
  return last[b.count]
}
