/// Test data that is not what it should be.
public struct TestDataError: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) {
    self.description = description
  }
}
