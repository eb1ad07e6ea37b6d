#if Netlink && os(Linux)
  import ArgumentParser
  import Foundation
  import NodeProgramming
  import SystemPrograms

  /// What `svcnat apply --rollback-after` leaves running: puts the former rules back unless they are confirmed.
  struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "roll-back-later", abstract: "Put former rules back.", shouldDisplay: false)

    @Option var token: String
    @Option var after: Int
    @OptionGroup var rollback: RollbackDirectory

    func run() throws {
      let end = ContinuousClock.now + .seconds(after)
      while ContinuousClock.now < end {
        if !FormerRules.isWaiting(token, in: rollback.url) { return }
        usleep(200_000)
      }
      var programmer = try NodeProgrammer()
      _ = try FormerRules.rollBack(token, in: rollback.url, with: &programmer)
    }

    /// Starts it in the network namespace of the calling thread.
    static func start(_ former: FormerRules, after seconds: Int, in directory: RollbackDirectory) throws {
      do throws(SystemProgramError) {
        try SystemProgram.this.startDetached([
          "roll-back-later", "--token", former.token, "--after", "\(seconds)", "--rollback-dir", directory.url.path,
        ])
      } catch {
        throw ProgrammingError.program(error)
      }
    }
  }
#endif
