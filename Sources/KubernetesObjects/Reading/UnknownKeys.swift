extension DocumentFields {
  /// Reports each key that is none of `known` as an error, with the nearest known one if there is one near.
  public func refuseUnknown(besides known: [String], _ diagnostics: inout [Diagnostic]) {
    for key in unknown(besides: Set(known)) {
      let name = key.scalarText ?? ""
      diagnostics.append(key.diagnostic(.error, unknownKey(name, among: known)))
    }
  }
}

/// `there is no such key; did you mean nodeIPs?`, or where nothing is near, all that there are.
private func unknownKey(_ name: String, among known: [String]) -> String {
  if let nearest = nearestWord(to: name, among: known) { return "there is no such key; did you mean \(nearest)?" }
  return "there is no such key; known are \(known.joined(separator: ", "))"
}
