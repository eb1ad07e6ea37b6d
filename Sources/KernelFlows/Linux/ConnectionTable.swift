#if os(Linux)
  import CNamespaces
  import Glibc

  /// The node's connection tracking, as far as the harness needs it.
  enum ConnectionTable {
    /// Forgets all connections of the calling thread's namespace, as `conntrack -F` does.
    static func flush() throws(KernelFlowError) {
      let operation = "forgetting connections"
      let socket = try Descriptor(cns_open_netfilter(2000), operation)
      // struct nlmsghdr, then struct nfgenmsg of no family: both in host byte order.
      let length: UInt32 = 20
      let deleteConnections: UInt16 = 1 << 8 | 2
      let requestWithAnswer: UInt16 = 1 | 4
      var message: [UInt8] = []
      message.append(host: length)
      message.append(host: deleteConnections)
      message.append(host: requestWithAnswer)
      message += [UInt8](repeating: 0, count: 12)
      guard message.withUnsafeBytes({ send(socket.number, $0.baseAddress, $0.count, 0) }) == message.count else {
        throw .refused(operation: operation, code: errno)
      }
      var answer = [UInt8](repeating: 0, count: 256)
      let count = answer.withUnsafeMutableBytes { recv(socket.number, $0.baseAddress, $0.count, 0) }
      guard count >= 20 else { throw .refused(operation: operation, code: count < 0 ? errno : EBADMSG) }
      // The header of 16 bytes is followed by a negated errno.
      let code = answer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 16, as: Int32.self) }
      if code != 0 { throw .refused(operation: operation, code: -code) }
    }
  }

  extension [UInt8] {
    fileprivate mutating func append(host value: some FixedWidthInteger) {
      Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }
  }
#endif
