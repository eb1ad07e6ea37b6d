#if Netlink && os(Linux)
  import ArgumentParser
  import Foundation

  /// Where former rules wait for `svcnat confirm`.
  struct RollbackDirectory: ParsableArguments {
    @Option(
      help: ArgumentHelp("Where former rules are kept until a change is confirmed.", valueName: "dir"))
    var rollbackDir = "/run/svcnat"

    var url: URL { URL(filePath: rollbackDir, directoryHint: .isDirectory) }
  }
#endif
