#if os(Linux)
  import CNamespaces
  import Glibc

  /// An interface of the node whose other end is this program: what is written comes in, what goes out is read.
  final class TunDevice {
    let name: String
    private let descriptor: Descriptor

    /// Makes the interface in the calling thread's namespace, with which it goes.
    init(name: String) throws(KernelFlowError) {
      guard (1...15).contains(name.utf8.count), !name.contains("/"), name != "lo" else { throw .unknownInterface(name) }
      self.name = name
      descriptor = try Descriptor(cns_open_tun(name), "interface \(name)")
    }

    /// The packet comes in. When this returns, the kernel has taken it through prerouting at least.
    func enter(_ packet: [UInt8]) throws(KernelFlowError) {
      let count = packet.withUnsafeBytes { write(descriptor.number, $0.baseAddress, $0.count) }
      if count < 0 { throw .refused(operation: "a packet into \(name)", code: errno) }
    }

    /// Reads one packet that has gone out.
    ///
    /// - Returns: how many bytes of the buffer it fills; nil if there is none.
    func leave(_ buffer: inout [UInt8]) throws(KernelFlowError) -> Int? {
      let count = buffer.withUnsafeMutableBytes { read(descriptor.number, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      if errno == EAGAIN { return nil }
      throw .refused(operation: "a packet out of \(name)", code: errno)
    }
  }
#endif
