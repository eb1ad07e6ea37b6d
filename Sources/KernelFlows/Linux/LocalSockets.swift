#if os(Linux)
  import CNamespaces
  import Glibc
  import NetworkAddresses

  /// Plays the processes of the node: sends packets from it, and gets copies of those that are delivered in it.
  final class LocalSockets {
    private final class Receiver {
      let family: IPFamily
      let protocolNumber: UInt8
      let descriptor: Descriptor

      init(_ family: IPFamily, _ protocolNumber: UInt8) throws(KernelFlowError) {
        self.family = family
        self.protocolNumber = protocolNumber
        descriptor = try Descriptor(
          cns_open_receiver(family == .ipv6 ? 1 : 0, protocolNumber), "raw socket of protocol \(protocolNumber)")
      }
    }

    private final class Sender {
      let descriptor: Descriptor

      init(_ source: IPAddress) throws(KernelFlowError) {
        let result = source.networkBytes.withUnsafeBufferPointer {
          cns_open_sender(source.family == .ipv6 ? 1 : 0, $0.baseAddress)
        }
        descriptor = try Descriptor(result, "raw socket of \(source)")
      }
    }

    private let receivers: [Receiver]
    private var senders: [IPAddress: Sender] = [:]

    /// Opens the sockets in the calling thread's namespace.
    init() throws(KernelFlowError) {
      var receivers: [Receiver] = []
      for family in IPFamily.allCases {
        let icmp = family == .ipv4 ? IPPacket.ProtocolNumber.icmp : IPPacket.ProtocolNumber.icmpv6
        for number in [IPPacket.ProtocolNumber.tcp, IPPacket.ProtocolNumber.udp, IPPacket.ProtocolNumber.sctp, icmp] {
          receivers.append(try Receiver(family, number))
        }
      }
      self.receivers = receivers
    }

    /// Sends a packet of the node's own. That rules refuse it is no error here: it shows in what is seen.
    ///
    /// The thread must be in the namespace of the node when an address sends for the first time.
    func send(_ packet: [UInt8], from source: IPAddress, to destination: IPAddress) throws(KernelFlowError) {
      let sender: Sender
      if let known = senders[source] {
        sender = known
      } else {
        sender = try Sender(source)
        senders[source] = sender
      }
      let result = destination.networkBytes.withUnsafeBufferPointer { destination in
        packet.withUnsafeBufferPointer {
          cns_send_packet(
            sender.descriptor.number, $0.count > 0 && $0[0] >> 4 == 6 ? 1 : 0, destination.baseAddress, $0.baseAddress,
            $0.count)
        }
      }
      // A verdict of the output hook comes back as one of these.
      let verdicts = [EPERM, EACCES, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH]
      if result < 0, !verdicts.contains(-result) {
        throw .refused(operation: "a packet from \(source) to \(destination)", code: -result)
      }
    }

    /// Reads everything that was delivered.
    ///
    /// - Parameter take: gets the bytes of one packet.
    func receive(_ buffer: inout [UInt8], _ take: (ArraySlice<UInt8>) -> Void) throws(KernelFlowError) {
      for receiver in receivers {
        while true {
          let count = buffer.withUnsafeMutableBufferPointer {
            cns_receive_packet(
              receiver.descriptor.number, receiver.family == .ipv6 ? 1 : 0, receiver.protocolNumber, $0.baseAddress,
              $0.count)
          }
          if count < 0 {
            let code = Int32(truncatingIfNeeded: -count)
            if code == EAGAIN { break }
            throw .refused(operation: "a delivered packet", code: code)
          }
          take(buffer[..<Int(count)])
        }
      }
    }
  }
#endif
