#if Netlink && os(Linux)
  import Glibc

  /// The first two numbers of a Linux release.
  struct KernelRelease: Hashable, Sendable, Comparable, CustomStringConvertible {
    var major: Int
    var minor: Int

    init(major: Int, minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// - Parameter text: as `uname -r` prints it: `6.1.0-18-amd64`.
    init?(_ text: some StringProtocol) {
      let numbers = text.split(separator: ".", maxSplits: 2).prefix(2).map { Int($0.prefix { $0.isNumber }) }
      guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else { return nil }
      self.init(major: major, minor: minor)
    }

    /// Nil if it cannot be told.
    static var running: KernelRelease? {
      var names = utsname()
      guard uname(&names) == 0 else { return nil }
      let release = withUnsafeBytes(of: names.release) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      return KernelRelease(release)
    }

    var description: String { "\(major).\(minor)" }

    static func < (a: KernelRelease, b: KernelRelease) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
  }
#endif
