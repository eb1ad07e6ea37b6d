/// A network namespace of its own for something short.
public enum FreshNamespace {
  /// Runs a body on a thread in a namespace that has nothing in it and ends with the body.
  ///
  /// - Throws: what the body throws; where there is no right to have a namespace, ``KernelFlowError``.
  public static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
    #if os(Linux)
      return try NamespaceThread().perform(body)
    #else
      throw KernelFlowError.needsLinux
    #endif
  }
}
