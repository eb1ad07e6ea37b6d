#if Netlink && os(Linux)
  import ArgumentParser
  import Foundation
  import NodeProgramming

  /// What `svcnat apply --rollback-after` leaves running: puts the former rules back unless they are confirmed.
  struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "roll-back-later", abstract: "Put former rules back.", shouldDisplay: false)

    @Option var token: String
    @Option var after: Int
    @OptionGroup var rollback: RollbackDirectory

    func run() throws {
      // The terminal it was started from may go.
      setsid()
      let end = ContinuousClock.now + .seconds(after)
      while ContinuousClock.now < end { usleep(100_000) }
      var programmer = try NodeProgrammer()
      _ = try FormerRules.rollBack(token, in: rollback.url, with: &programmer)
    }

    /// Starts it in the network namespace of the calling thread.
    static func start(_ former: FormerRules, after seconds: Int, in directory: RollbackDirectory) throws {
      let process = Process()
      process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = [
        "roll-back-later", "--token", former.token, "--after", "\(seconds)", "--rollback-dir", directory.url.path,
      ]
      // Else whoever reads this command's output would wait for that one's end.
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
    }
  }
#endif
