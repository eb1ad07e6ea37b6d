#if Netlink && os(Linux)
  import CNetlinkShim
  import Foundation
  import NFTablesNetlink

  /// Plays the kernel: answers what it is told to answer.
  struct FakeKernel: NetlinkTransport, ~Copyable {
    /// What it is asked and answers; shared with the test.
    final class Script {
      enum Answer {
        case datagram([UInt8])
        case failure(Int32)
      }

      /// Answers to each datagram it is sent, given one after the other; then EAGAIN.
      var answers: [[Answer]] = []
      /// Given instead of a success when something is sent.
      var sendFailures: [Int32] = []
      private(set) var sent: [[UInt8]] = []
      private var pending: [Answer] = []

      func send(_ bytes: [UInt8]) throws(SystemError) {
        if !sendFailures.isEmpty { throw SystemError(code: sendFailures.removeFirst()) }
        sent.append(bytes)
        pending = answers.isEmpty ? [] : answers.removeFirst()
      }

      func receive() throws(SystemError) -> [UInt8] {
        guard !pending.isEmpty else { throw SystemError(code: EAGAIN) }
        switch pending.removeFirst() {
        case .datagram(let bytes): return bytes
        case .failure(let code): throw SystemError(code: code)
        }
      }
    }

    let script: Script

    mutating func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) { try script.send(Array(bytes)) }

    mutating func receive(into room: UnsafeMutableRawBufferPointer, waits: Bool) throws(SystemError) -> Int {
      let bytes = try script.receive()
      room.copyBytes(from: bytes.prefix(room.count))
      return bytes.count
    }
  }

  /// Messages as the kernel writes them.
  enum KernelMessage {
    static func message(type: UInt16, flags: UInt16 = 0, sequence: UInt32, _ payload: [UInt8]) -> [UInt8] {
      number(UInt32(16 + payload.count)) + number(type) + number(flags) + number(sequence) + number(UInt32(0)) + payload
        + padding(payload.count)
    }

    /// A message of nf_tables.
    static func tables(
      _ kind: nf_tables_msg_types, flags: UInt16 = UInt16(NLM_F_MULTI), sequence: UInt32, _ attributes: [UInt8]
    ) -> [UInt8] {
      message(
        type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(kind.rawValue), flags: flags, sequence: sequence,
        [2, 0, 0, 0] + attributes)
    }

    static func done(flags: UInt16 = UInt16(NLM_F_MULTI), sequence: UInt32) -> [UInt8] {
      message(type: UInt16(NLMSG_DONE), flags: flags, sequence: sequence, number(UInt32(0)))
    }

    /// An error with its explanation.
    static func error(_ code: Int32, sequence: UInt32, words: String? = nil, offset: UInt32? = nil) -> [UInt8] {
      var payload = number(UInt32(bitPattern: -code)) + number(UInt32(20)) + [UInt8](repeating: 0, count: 12)
      var flags = UInt16(NLM_F_CAPPED)
      if let words { payload += attribute(NLMSGERR_ATTR_MSG.rawValue, Array(words.utf8) + [0]) }
      if let offset { payload += attribute(NLMSGERR_ATTR_OFFS.rawValue, number(offset)) }
      if words != nil || offset != nil { flags |= UInt16(NLM_F_ACK_TLVS) }
      return message(type: UInt16(NLMSG_ERROR), flags: flags, sequence: sequence, payload)
    }

    static func attribute(_ type: UInt32, _ payload: [UInt8]) -> [UInt8] {
      number(UInt16(4 + payload.count)) + number(UInt16(type)) + payload + padding(payload.count)
    }

    static func bigEndian(_ value: UInt32) -> [UInt8] { number(value.bigEndian) }

    private static func number(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    private static func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: -count & 3) }
  }
#endif
