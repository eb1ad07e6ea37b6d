#if os(Linux)
  import CNamespaces
  import Glibc

  /// Knows when the kernel is done with a packet, so that silence need not be told by a clock.
  ///
  /// Packets that enter or leave the node are worked on within the call that sends them. Only what goes over loopback
  /// waits in a queue, one for each processor, first in first out. So the thread stays on one processor, and a frame of
  /// its own, which no rule ever sees, goes through the queue behind the packets: when it is back, they are done. What
  /// they have set off may have been queued behind it, hence several frames one after the other.
  final class ProcessingBarrier {
    /// For local experiments, see RFC 9542.
    private static let ethertype: UInt16 = 0x88b5
    /// A packet from the node to itself, its refusal, and a reserve.
    private static let rounds = 3
    /// Far more than the busiest machine takes; what is late is an error, not a verdict.
    private static let timeoutMilliseconds: Int32 = 5000

    private let descriptor: Descriptor
    private var counter: UInt64 = 0

    /// Pins the calling thread; all that is waited for must be sent from it.
    init() throws(KernelFlowError) {
      try SystemCall.check(cns_stay_on_this_cpu(), "staying on a processor")
      descriptor = try Descriptor(
        cns_open_loopback_frames(ProcessingBarrier.ethertype, ProcessingBarrier.timeoutMilliseconds), "packet socket")
    }

    /// Returns when all that was sent before has got where it gets.
    func wait() throws(KernelFlowError) {
      for _ in 0..<ProcessingBarrier.rounds {
        counter += 1
        try SystemCall.check(
          cns_send_loopback_frame(descriptor.number, ProcessingBarrier.ethertype, counter), "a frame over loopback")
        // Frames of an earlier wait that failed come first.
        var seen: Int64
        repeat {
          seen = cns_receive_loopback_frame(descriptor.number)
          if seen == -Int64(EAGAIN) { throw .stalled }
          if seen < 0 { throw .refused(operation: "a frame over loopback", code: Int32(truncatingIfNeeded: -seen)) }
        } while seen != Int64(counter)
      }
    }
  }
#endif
