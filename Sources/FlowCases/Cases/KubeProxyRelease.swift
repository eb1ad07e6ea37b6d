/// A minor release of kube-proxy.
public struct KubeProxyRelease: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  /// `1.37`, `v1.37` or with a patch number, which does not count; nil for anything else.
  public init?(_ text: String) {
    let parts = (text.hasPrefix("v") ? text.dropFirst() : text[...]).split(
      separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3,
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } }),
      let major = Int(parts[0]), let minor = Int(parts[1])
    else { return nil }
    self.major = major
    self.minor = minor
  }

  public var description: String { "\(major).\(minor)" }

  public static func < (a: KubeProxyRelease, b: KubeProxyRelease) -> Bool {
    (a.major, a.minor) < (b.major, b.minor)
  }
}
