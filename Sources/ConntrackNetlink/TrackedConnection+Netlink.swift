#if Netlink && os(Linux)
  import CNetlinkShim
  import ConnectionTracking
  import Netlink
  import NetworkAddresses

  extension TrackedConnection {
    /// An entry as the kernel lists it; nil: of a protocol without ports.
    init?(_ attributes: Attributes) throws(MalformedMessage) {
      var attributes = attributes
      var original: Tuple?
      var reply: Tuple?
      var zone: UInt16 = 0
      var id: UInt32?
      while let attribute = try attributes.next() {
        switch UInt32(attribute.type) {
        case CTA_TUPLE_ORIG.rawValue: original = try Tuple(attribute.nested)
        case CTA_TUPLE_REPLY.rawValue: reply = try Tuple(attribute.nested)
        case CTA_ZONE.rawValue: zone = try attribute.uint16()
        case CTA_ID.rawValue: id = try attribute.uint32()
        default: break
        }
      }
      guard let original, let reply, let transport = TransportProtocol(number: original.protocolNumber) else {
        return nil
      }
      self.init(
        transport: transport, originalSource: original.source, originalDestination: original.destination,
        replySource: reply.source, replyDestination: reply.destination, zone: zone, id: id)
    }

    /// Says which entry is meant (CT-7). The kernel looks for the ends of one direction only; its number of an entry stands
    /// for the ends of the first one, so those of the second are given. An entry that differs in any of them is not meant.
    func writeIdentity(to message: inout MessageBuffer) {
      if let id {
        Tuple(protocolNumber: transport.number, source: replySource, destination: replyDestination)
          .write(Int(CTA_TUPLE_REPLY.rawValue), to: &message)
        message.put(Int(CTA_ID.rawValue), id)
      } else {
        Tuple(protocolNumber: transport.number, source: originalSource, destination: originalDestination)
          .write(Int(CTA_TUPLE_ORIG.rawValue), to: &message)
      }
      if zone != 0 { message.putShort(Int(CTA_ZONE.rawValue), zone) }
    }

    /// Says all there is to say of an entry that is to be made.
    func write(to message: inout MessageBuffer) {
      Tuple(protocolNumber: transport.number, source: originalSource, destination: originalDestination)
        .write(Int(CTA_TUPLE_ORIG.rawValue), to: &message)
      Tuple(protocolNumber: transport.number, source: replySource, destination: replyDestination)
        .write(Int(CTA_TUPLE_REPLY.rawValue), to: &message)
      if zone != 0 { message.putShort(Int(CTA_ZONE.rawValue), zone) }
      // TCP has a state, and the kernel invents none.
      guard transport == .tcp else { return }
      let established: UInt8 = 3
      let information = message.beginNest(Int(CTA_PROTOINFO.rawValue))
      let state = message.beginNest(Int(CTA_PROTOINFO_TCP.rawValue))
      message.putByte(Int(CTA_PROTOINFO_TCP_STATE.rawValue), established)
      message.endNest(state)
      message.endNest(information)
    }

    /// One direction of a connection.
    private struct Tuple {
      var protocolNumber: UInt8 = 0
      var source: ConnectionEnd
      var destination: ConnectionEnd

      init(protocolNumber: UInt8, source: ConnectionEnd, destination: ConnectionEnd) {
        self.protocolNumber = protocolNumber
        self.source = source
        self.destination = destination
      }

      /// Nil: it has no ports.
      init?(_ attributes: Attributes) throws(MalformedMessage) {
        var addresses: (source: IPAddress?, destination: IPAddress?)
        var ports: (source: UInt16?, destination: UInt16?)
        var attributes = attributes
        while let attribute = try attributes.next() {
          var parts = attribute.nested
          switch UInt32(attribute.type) {
          case CTA_TUPLE_IP.rawValue:
            while let part = try parts.next() {
              switch UInt32(part.type) {
              case CTA_IP_V4_SRC.rawValue, CTA_IP_V6_SRC.rawValue: addresses.source = try part.address()
              case CTA_IP_V4_DST.rawValue, CTA_IP_V6_DST.rawValue: addresses.destination = try part.address()
              default: break
              }
            }
          case CTA_TUPLE_PROTO.rawValue:
            while let part = try parts.next() {
              switch UInt32(part.type) {
              case CTA_PROTO_NUM.rawValue: protocolNumber = try part.uint8()
              case CTA_PROTO_SRC_PORT.rawValue: ports.source = try part.uint16()
              case CTA_PROTO_DST_PORT.rawValue: ports.destination = try part.uint16()
              default: break
              }
            }
          default: break
          }
        }
        guard let source = addresses.source, let destination = addresses.destination, let sourcePort = ports.source,
          let destinationPort = ports.destination
        else { return nil }
        self.source = ConnectionEnd(source, sourcePort)
        self.destination = ConnectionEnd(destination, destinationPort)
      }

      func write(_ type: Int, to message: inout MessageBuffer) {
        let isIPv4 = source.address.family == .ipv4
        let tuple = message.beginNest(type)
        let addresses = message.beginNest(Int(CTA_TUPLE_IP.rawValue))
        message.put(Int((isIPv4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC).rawValue), source.address)
        message.put(Int((isIPv4 ? CTA_IP_V4_DST : CTA_IP_V6_DST).rawValue), destination.address)
        message.endNest(addresses)
        let ports = message.beginNest(Int(CTA_TUPLE_PROTO.rawValue))
        message.putByte(Int(CTA_PROTO_NUM.rawValue), protocolNumber)
        message.putShort(Int(CTA_PROTO_SRC_PORT.rawValue), source.port)
        message.putShort(Int(CTA_PROTO_DST_PORT.rawValue), destination.port)
        message.endNest(ports)
        message.endNest(tuple)
      }
    }
  }
#endif
