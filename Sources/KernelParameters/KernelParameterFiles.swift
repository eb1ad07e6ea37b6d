#if os(Linux)
  import Glibc

  /// A parameter that could not be read or set.
  public struct KernelParameterError: Error, Hashable, Sendable {
    public enum Operation: Hashable, Sendable {
      case reading
      case writing(Int)
    }

    public enum Cause: Hashable, Sendable {
      /// The errno of the system. ENOENT: this kernel, or this network namespace, has no such parameter; EACCES, EPERM or
      /// EROFS: this process may not set it.
      case refused(code: Int32)
      /// What stands there is no number.
      case notANumber(String)
    }

    public var parameter: KernelParameter
    public var operation: Operation
    public var cause: Cause

    public init(_ parameter: KernelParameter, _ operation: Operation, _ cause: Cause) {
      self.parameter = parameter
      self.operation = operation
      self.cause = cause
    }

    /// The kernel has no such parameter.
    public var isMissing: Bool { cause == .refused(code: ENOENT) }

    /// The process may not set it: it has no right to, the file system is read-only, or the parameter is that of the first
    /// network namespace only.
    public var isNotPermitted: Bool {
      [EACCES, EPERM, EROFS].contains { cause == .refused(code: $0) }
    }
  }

  extension KernelParameterError: CustomStringConvertible {
    /// `setting net.netfilter.nf_conntrack_max to 131072: Permission denied`
    public var description: String {
      let action =
        switch operation {
        case .reading: "reading \(parameter)"
        case .writing(let value): "setting \(parameter) to \(value)"
        }
      switch cause {
      case .refused(let code):
        var text = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &text, text.count) == 0 else { return "\(action): errno \(code)" }
        return "\(action): \(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))"
      case .notANumber(let text): return "\(action): \"\(text)\" is no number"
      }
    }
  }

  /// Reads and sets parameters of the kernel.
  public struct KernelParameterFiles: Sendable {
    private let root: String

    /// - Parameter root: a directory that stands for `/`: where a container has the files of its host.
    public init(root: String = "") { self.root = root }

    /// What became of a setting.
    public struct Outcome: Hashable, Sendable {
      public var setting: KernelSetting
      public var before: Int
      public var after: Int

      public var isChanged: Bool { before != after }
    }

    /// Sets what is not as it should be; what is, is not written, so that a process without the right to do so can run
    /// where somebody else has seen to it.
    ///
    /// - Throws: where the kernel refuses it. The buckets of connection tracking are in two places; then neither can be set.
    public func ensure(_ setting: KernelSetting) throws(KernelParameterError) -> Outcome {
      do {
        return try set(setting)
      } catch {
        guard setting.parameter == .conntrackBuckets,
          let outcome = try? set(KernelSetting(.conntrackHashSize, setting.wish))
        else { throw error }
        return outcome
      }
    }

    private func set(_ setting: KernelSetting) throws(KernelParameterError) -> Outcome {
      let before = try read(setting.parameter)
      guard let value = setting.correction(of: before) else {
        return Outcome(setting: setting, before: before, after: before)
      }
      try write(value, to: setting.parameter)
      return Outcome(setting: setting, before: before, after: value)
    }

    /// - Throws: where there is none, or where it is no number.
    public func read(_ parameter: KernelParameter) throws(KernelParameterError) -> Int {
      let descriptor = open(root + parameter.path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw KernelParameterError(parameter, .reading, .refused(code: errno)) }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 64)
      let room = buffer.count
      var count: Int
      repeat {
        count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, room) }
      } while count < 0 && errno == EINTR
      guard count >= 0 else { throw KernelParameterError(parameter, .reading, .refused(code: errno)) }
      let text = String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
      guard let value = Int(text) else { throw KernelParameterError(parameter, .reading, .notANumber(text)) }
      return value
    }

    /// - Throws: where the kernel refuses it.
    public func write(_ value: Int, to parameter: KernelParameter) throws(KernelParameterError) {
      let descriptor = open(root + parameter.path, O_WRONLY | O_CLOEXEC | O_TRUNC)
      guard descriptor >= 0 else { throw KernelParameterError(parameter, .writing(value), .refused(code: errno)) }
      defer { close(descriptor) }
      let text = Array("\(value)\n".utf8)
      var count: Int
      repeat {
        count = text.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      } while count < 0 && errno == EINTR
      guard count == text.count else {
        throw KernelParameterError(parameter, .writing(value), .refused(code: count < 0 ? errno : EIO))
      }
    }

    /// Whether interfaces can have IPv6 addresses: the kernel knows IPv6, and it is not switched off.
    public var isIPv6Available: Bool { (try? read(.disableIPv6)) == 0 }

    /// The processors of the machine, which ``ConntrackConfiguration/maximum(processors:)`` is reckoned from.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
  }
#endif
