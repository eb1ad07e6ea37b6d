/// Why an API server cannot be spoken to: something in the configuration.
public struct AccessError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `file:line:column: error: users[0].user.token: expected a string`, or one line without a place.
  public var description: String

  public init(_ description: String) { self.description = description }
}
