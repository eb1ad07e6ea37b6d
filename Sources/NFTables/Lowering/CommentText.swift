/// Comments that fit: nft reads no more than 128 bytes.
enum CommentText {
  static let limit = 128

  static func limited(_ text: String) -> String {
    guard text.utf8.count > limit else { return text }
    // Names of Kubernetes objects are ASCII; a scalar cut in two would be repaired here.
    return String(decoding: text.utf8.prefix(limit - 3), as: UTF8.self) + "..."
  }
}
