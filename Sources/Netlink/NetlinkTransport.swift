#if Netlink && os(Linux)
  /// What carries messages to the kernel and back: ``NetlinkSocket``, or a stand-in for the kernel in tests.
  public protocol NetlinkTransport: ~Copyable {
    /// Sends bytes as one datagram. When it returns, the kernel has done with them.
    ///
    /// - Throws: the errno of the system.
    mutating func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError)

    /// Receives one datagram.
    ///
    /// - Parameter waits: whether to wait for one; else it fails with `EAGAIN` where there is none.
    /// - Returns: its length. More than there is room for means that it was cut.
    mutating func receive(into room: UnsafeMutableRawBufferPointer, waits: Bool) throws(SystemError) -> Int
  }

  /// An errno of the system.
  public struct SystemError: Error, Hashable, Sendable {
    public var code: Int32

    public init(code: Int32) { self.code = code }
  }
#endif
