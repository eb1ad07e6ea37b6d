/// Why a program of the system did not do what it was started for.
public enum SystemProgramError: Error, Hashable, Sendable {
  /// No such program on the search path or in the usual directories of system programs.
  case missing(String)
  /// It ended with another status than zero.
  ///
  /// - Parameter output: the first few thousand bytes of what it printed, errors first.
  case failed(command: String, status: Int32, output: String)
  /// The kernel refused something it needs.
  ///
  /// - Parameter code: an `errno`.
  case refused(operation: String, code: Int32)
}
