#if Netlink && os(Linux)
  import NFTables

  /// How many packets have found an element of a set that counts.
  public struct CountedElement: Hashable, Sendable {
    public var key: RegisterBytes
    public var comment: String?
    /// Since the element was added: one that is exchanged begins at zero.
    public var packets: UInt64

    public init(key: RegisterBytes, comment: String?, packets: UInt64) {
      self.key = key
      self.comment = comment
      self.packets = packets
    }
  }

  extension ElementReader {
    /// What was read so far; elements without a counter are left out.
    var counted: [CountedElement] {
      elements.compactMap { element in
        packetCounts[element.key].map { CountedElement(key: element.key, comment: element.comment, packets: $0) }
      }
    }
  }
#endif
