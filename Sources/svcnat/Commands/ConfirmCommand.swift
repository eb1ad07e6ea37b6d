#if Netlink && os(Linux)
  import ArgumentParser
  import NodeProgramming

  /// `svcnat confirm`
  struct ConfirmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "confirm",
      abstract: "Keep what `svcnat apply --rollback-after` changed.",
      discussion: """
        Without it the rules are put back when the time is up. Exits with 0 if a change was waiting, else with 2.

        Example:
          svcnat apply --rollback-after 60 --node-name worker-1 cluster.yaml && check-the-node && svcnat confirm
        """)

    @OptionGroup var rollback: RollbackDirectory

    func run() throws {
      let confirmed = try FormerRules.confirm(in: rollback.url)
      guard confirmed > 0 else {
        Console.printError("error: there is nothing to confirm: no change waits, or it is rolled back already")
        throw ExitCode.trouble
      }
      try Console.write(Array("the rules stay as they are\n".utf8))
    }
  }
#endif
