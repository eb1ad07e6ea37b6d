/// A change of flows as a sentence: `pods → web.shop:80 was 3 backends, now rejected: no ready endpoint`.
extension FlowChange {
  public var sentence: String {
    let kind = destinations.first?.kind ?? .frontend
    let before = FateWords(fate: self.before, other: after, kind: kind, reason: reasonBefore).words
    let after = FateWords(fate: self.after, other: self.before, kind: kind, reason: reasonAfter).words
    return "\(clients) → \(destinationWords) was \(before); now \(after)"
  }

  var clients: String { SourceWords(change: self).words }

  var destinationWords: String { DestinationWords(change: self).words }

  /// Whether connections that were served are no more.
  var isLoss: Bool { !before.backends.isEmpty && after.backends.isEmpty }
}
