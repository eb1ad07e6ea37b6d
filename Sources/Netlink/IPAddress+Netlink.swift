#if Netlink && os(Linux)
  import NetworkAddresses

  extension Attribute {
    /// An address of four or sixteen bytes.
    package func address() throws(MalformedMessage) -> IPAddress {
      switch payload.count {
      case 4: return IPAddress(ipv4: try uint32())
      case 16:
        let high = UInt64(bigEndian: payload.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return IPAddress(ipv6High: high, low: low)
      default: throw MalformedMessage()
      }
    }
  }

  extension MessageBuffer {
    /// Appends an attribute of an address.
    package mutating func put(_ type: Int, _ address: IPAddress) {
      switch address.family {
      case .ipv4: put(type, UInt32(truncatingIfNeeded: address.low))
      case .ipv6:
        withUnsafeBytes(of: (address.high.bigEndian, address.low.bigEndian)) { putBytes(type, $0) }
      }
    }
  }

  extension IPFamily {
    /// `AF_INET` or `AF_INET6`.
    package var number: UInt8 { self == .ipv4 ? 2 : 10 }

    package init?(number: UInt8) {
      switch number {
      case 2: self = .ipv4
      case 10: self = .ipv6
      default: return nil
      }
    }
  }
#endif
