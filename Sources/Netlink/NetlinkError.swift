#if Netlink && os(Linux)
  import CNetlinkShim
  import Glibc

  /// Something the kernel did not do.
  public struct NetlinkError: Error, Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
      /// The errno the kernel answered with.
      case refused(code: Int32)
      /// Somebody else changed the rules each time, so often in a row.
      case keptChanging(attempts: Int)
      /// The batch has more bytes than the system lets this process send at once.
      case tooLarge(bytes: Int)
      /// An answer that is no netlink message.
      case malformedAnswer
      /// The operation holds what cannot be told to the kernel.
      case notEncodable(String)
    }

    /// What was to be done, down to the object: `add element ip svcnat cluster-ips { 10.96.0.10 }`.
    public var operation: String
    public var cause: Cause
    /// What the kernel says about it in words, if anything.
    public var explanation: String?

    public init(_ operation: String, _ cause: Cause, explanation: String? = nil) {
      self.operation = operation
      self.cause = cause
      self.explanation = explanation
    }

    /// The errno, if the kernel answered with one.
    public var code: Int32? {
      if case .refused(let code) = cause { return code }
      return nil
    }

    /// What was to be added is there already.
    public var isAlreadyThere: Bool { code == EEXIST }

    /// What was to be used or deleted is not there.
    public var isNotFound: Bool { code == ENOENT }

    /// The process may not change the rules, or not those of a table that another process owns.
    public var isNotPermitted: Bool { code == EPERM || code == EACCES }

    /// The rules were changed in between.
    public var isStale: Bool { code == ERESTART }
  }

  extension NetlinkError: CustomStringConvertible {
    /// `add chain ip svcnat pick-2: EEXIST, File exists`
    public var description: String {
      switch cause {
      case .refused(let code):
        "\(operation): \(ErrorNumber.name(code)), \(explanation ?? ErrorNumber.words(code))"
      case .keptChanging(let attempts): "\(operation): somebody else changed the rules \(attempts) times in a row"
      case .tooLarge(let bytes):
        "\(operation): \(bytes) bytes are more than this process may send at once"
      case .malformedAnswer: "\(operation): an answer that makes no sense"
      case .notEncodable(let reason): "\(operation): cannot be sent: \(reason)"
      }
    }
  }

  /// Names of errno values.
  package enum ErrorNumber {
    private static let names: [Int32: String] = [
      EPERM: "EPERM", ENOENT: "ENOENT", EINTR: "EINTR", EBADF: "EBADF", EAGAIN: "EAGAIN", ENOMEM: "ENOMEM",
      EACCES: "EACCES", EBUSY: "EBUSY", EEXIST: "EEXIST", EINVAL: "EINVAL", ENFILE: "ENFILE", EMLINK: "EMLINK",
      ERANGE: "ERANGE", ENAMETOOLONG: "ENAMETOOLONG", ENOTEMPTY: "ENOTEMPTY", EOPNOTSUPP: "EOPNOTSUPP",
      EAFNOSUPPORT: "EAFNOSUPPORT", EPROTONOSUPPORT: "EPROTONOSUPPORT", ENOBUFS: "ENOBUFS", EMSGSIZE: "EMSGSIZE",
      ENODATA: "ENODATA", EOVERFLOW: "EOVERFLOW", ELOOP: "ELOOP", E2BIG: "E2BIG", ERESTART: "ERESTART",
      EMFILE: "EMFILE", ENOSPC: "ENOSPC", ENOSYS: "ENOSYS",
    ]

    package static func name(_ code: Int32) -> String { names[code] ?? "errno \(code)" }

    package static func words(_ code: Int32) -> String {
      var text = [CChar](repeating: 0, count: 256)
      guard strerror_r(code, &text, text.count) == 0 else { return "unknown" }
      return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
#endif
