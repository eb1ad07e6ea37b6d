#if Netlink && os(Linux)
  @testable import KernelFlows
  import Foundation
  @testable import NodeProgramming
  import SystemPrograms
  import Testing

  /// Runs bodies in a network namespace of their own.
  enum ProgrammedNode {
    static let obstacle: String? = {
      do {
        try run { _ in
          for name in ["nft", "iptables-nft-restore", "iptables-legacy-restore"] { _ = try SystemProgram(name) }
        }
        return nil
      } catch {
        return "\(error)"
      }
    }()

    /// In continuous integration root without the tools is a mistake in the set-up, so the tests run and fail.
    static let isUsable = obstacle == nil || (getuid() == 0 && ProcessInfo.processInfo.environment["CI"] == "true")

    static let need: Comment = "needs root, nft and both kinds of iptables"

    /// Whether tables can have an owner and stay without it.
    static let canOwnTables = isUsable && (try? run { _ in _ = try NodeProgrammer(ownsTables: true) }) != nil

    static let ownershipNeed: Comment = "needs root, nft, both kinds of iptables and Linux 6.9"

    /// Runs a body on a fresh thread in a fresh namespace.
    static func run<Value: Sendable>(
      _ body: @escaping @Sendable (inout NodeProgrammer) throws -> Value
    ) throws -> Value {
      let thread = try NamespaceThread()
      return try thread.perform {
        var programmer = try NodeProgrammer()
        return try body(&programmer)
      }
    }

    /// Starts a program in the namespace of the calling thread.
    @discardableResult
    static func start(_ name: String, _ arguments: String..., input: String = "") throws -> String {
      String(decoding: try SystemProgram(name).run(arguments, input: input.utf8), as: UTF8.self)
    }
  }
#endif
