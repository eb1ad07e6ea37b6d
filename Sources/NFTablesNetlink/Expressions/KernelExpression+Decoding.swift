#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  extension KernelExpression {
    /// Reads the expressions of a rule: the content of `NFTA_RULE_EXPRESSIONS`.
    static func expressions(_ list: Attributes) throws(MalformedMessage) -> [KernelExpression] {
      var list = list
      var expressions: [KernelExpression] = []
      while let item = try list.next() { expressions.append(try KernelExpression(item.nested)) }
      return expressions
    }

    private init(_ attributes: Attributes) throws(MalformedMessage) {
      guard let name = try attributes.first(Int(NFTA_EXPR_NAME.rawValue))?.string() else { throw MalformedMessage() }
      guard let data = try attributes.first(Int(NFTA_EXPR_DATA.rawValue)) else {
        self = .unknown(name: name, [])
        return
      }
      let fields = try ExpressionFields(data.nested)
      // What it has beside what was asked for could change its meaning.
      if let known = try KernelExpression.known(name, fields), fields.allRead {
        self = known
      } else {
        self = .unknown(name: name, data.bytes)
      }
    }

    /// Nil: not one of those that are known.
    private static func known(_ name: String, _ fields: ExpressionFields) throws(MalformedMessage) -> KernelExpression?
    {
      switch name {
      case "payload":
        guard let to = try fields.register(NFTA_PAYLOAD_DREG.rawValue),
          let base = try fields.number(NFTA_PAYLOAD_BASE.rawValue),
          let offset = try fields.number(NFTA_PAYLOAD_OFFSET.rawValue),
          let length = try fields.number(NFTA_PAYLOAD_LEN.rawValue)
        else { return nil }
        return .payload(to, base: base, offset: offset, length: length)
      case "meta":
        guard let key = try fields.number(NFTA_META_KEY.rawValue) else { return nil }
        if let from = try fields.register(NFTA_META_SREG.rawValue) { return .setMeta(key: key, from) }
        return try fields.register(NFTA_META_DREG.rawValue).map { .meta($0, key: key) }
      case "ct":
        guard let key = try fields.number(NFTA_CT_KEY.rawValue),
          let to = try fields.register(NFTA_CT_DREG.rawValue)
        else { return nil }
        return .conntrack(to, key: key)
      case "fib":
        guard let to = try fields.register(NFTA_FIB_DREG.rawValue),
          let result = try fields.number(NFTA_FIB_RESULT.rawValue),
          let flags = try fields.number(NFTA_FIB_FLAGS.rawValue)
        else { return nil }
        return .fib(to, result: result, flags: flags)
      case "numgen":
        guard let to = try fields.register(NFTA_NG_DREG.rawValue),
          let modulus = try fields.number(NFTA_NG_MODULUS.rawValue),
          try fields.number(NFTA_NG_TYPE.rawValue) == NFT_NG_RANDOM.rawValue
        else { return nil }
        return .randomNumber(to, modulus: modulus, offset: try fields.number(NFTA_NG_OFFSET.rawValue) ?? 0)
      case "hash":
        guard try fields.number(NFTA_HASH_TYPE.rawValue) == NFT_HASH_JENKINS.rawValue,
          let from = try fields.register(NFTA_HASH_SREG.rawValue),
          let to = try fields.register(NFTA_HASH_DREG.rawValue),
          let length = try fields.number(NFTA_HASH_LEN.rawValue),
          let modulus = try fields.number(NFTA_HASH_MODULUS.rawValue),
          let seed = try fields.number(NFTA_HASH_SEED.rawValue)
        else { return nil }
        return .hash(from: from, length: length, to: to, modulus: modulus, seed: seed)
      case "bitwise":
        guard let from = try fields.register(NFTA_BITWISE_SREG.rawValue),
          let to = try fields.register(NFTA_BITWISE_DREG.rawValue),
          let length = try fields.number(NFTA_BITWISE_LEN.rawValue),
          try fields.number(NFTA_BITWISE_OP.rawValue) ?? 0 == KernelExpression.maskAndXor,
          let mask = try fields.value(NFTA_BITWISE_MASK.rawValue),
          let xor = try fields.value(NFTA_BITWISE_XOR.rawValue),
          mask.count == Int(length), xor.count == Int(length)
        else { return nil }
        return .bitwise(from: from, to: to, mask: mask, xor: xor)
      case "cmp":
        guard let register = try fields.register(NFTA_CMP_SREG.rawValue),
          let operation = try fields.number(NFTA_CMP_OP.rawValue),
          let data = try fields.value(NFTA_CMP_DATA.rawValue)
        else { return nil }
        return .compare(register, operation: operation, data)
      case "range":
        guard let register = try fields.register(NFTA_RANGE_SREG.rawValue),
          let operation = try fields.number(NFTA_RANGE_OP.rawValue),
          let from = try fields.value(NFTA_RANGE_FROM_DATA.rawValue),
          let to = try fields.value(NFTA_RANGE_TO_DATA.rawValue)
        else { return nil }
        return .range(register, operation: operation, from: from, to: to)
      case "lookup": return try lookup(fields)
      case "immediate":
        guard let number = try fields.number(NFTA_IMMEDIATE_DREG.rawValue) else { return nil }
        if number == Register.verdict {
          return try fields.verdict(NFTA_IMMEDIATE_DATA.rawValue).map { .verdict($0) }
        }
        guard let to = Register(number: number), let data = try fields.value(NFTA_IMMEDIATE_DATA.rawValue) else {
          return nil
        }
        return .immediate(to, data)
      case "nat": return try destinationNAT(fields)
      case "masq": return .masquerade(flags: try fields.number(NFTA_MASQ_FLAGS.rawValue) ?? 0)
      case "dynset":
        guard let name = fields.string(NFTA_DYNSET_SET_NAME.rawValue),
          let operation = try fields.number(NFTA_DYNSET_OP.rawValue),
          let key = try fields.register(NFTA_DYNSET_SREG_KEY.rawValue),
          try fields.number(NFTA_DYNSET_FLAGS.rawValue) ?? 0 == 0
        else { return nil }
        let data = try fields.register(NFTA_DYNSET_SREG_DATA.rawValue)
        switch operation {
        case NFT_DYNSET_OP_UPDATE.rawValue:
          return .updateSet(
            SetReference(name: name), key, data: data, timeout: try fields.number64(NFTA_DYNSET_TIMEOUT.rawValue) ?? 0)
        case NFT_DYNSET_OP_DELETE.rawValue: return data.map { .deleteElement(SetReference(name: name), key, data: $0) }
        default: return nil
        }
      case "counter":
        // What it has counted is no part of the rule.
        fields.skip(NFTA_COUNTER_BYTES.rawValue)
        fields.skip(NFTA_COUNTER_PACKETS.rawValue)
        return .counter
      case "reject":
        guard let type = try fields.number(NFTA_REJECT_TYPE.rawValue),
          let code = try fields.byte(NFTA_REJECT_ICMP_CODE.rawValue)
        else { return nil }
        return .reject(type: type, code: code)
      case "byteorder":
        guard let from = try fields.register(NFTA_BYTEORDER_SREG.rawValue),
          try fields.register(NFTA_BYTEORDER_DREG.rawValue) == from,
          try fields.number(NFTA_BYTEORDER_OP.rawValue) != nil,
          let length = try fields.number(NFTA_BYTEORDER_LEN.rawValue),
          let size = try fields.number(NFTA_BYTEORDER_SIZE.rawValue), size > length
        else { return nil }
        return .nothing
      default: return nil
      }
    }

    private static func lookup(_ fields: ExpressionFields) throws(MalformedMessage) -> KernelExpression? {
      guard let name = fields.string(NFTA_LOOKUP_SET.rawValue),
        let key = try fields.register(NFTA_LOOKUP_SREG.rawValue)
      else { return nil }
      let flags = try fields.number(NFTA_LOOKUP_FLAGS.rawValue) ?? 0
      let result: LookupResult
      switch try fields.number(NFTA_LOOKUP_DREG.rawValue) {
      case nil where flags & ~NFT_LOOKUP_F_INV.rawValue == 0: result = .membership(inverted: flags != 0)
      case Register.verdict? where flags == 0: result = .verdict
      case let number? where flags == 0:
        guard let to = Register(number: number) else { return nil }
        result = .data(to)
      default: return nil
      }
      return .lookup(key, SetReference(name: name), result)
    }

    private static func destinationNAT(_ fields: ExpressionFields) throws(MalformedMessage) -> KernelExpression? {
      guard try fields.number(NFTA_NAT_TYPE.rawValue) == NFT_NAT_DNAT.rawValue,
        let family = try fields.number(NFTA_NAT_FAMILY.rawValue),
        let address = try fields.register(NFTA_NAT_REG_ADDR_MIN.rawValue),
        let port = try fields.register(NFTA_NAT_REG_PROTO_MIN.rawValue),
        // The kernel fills these in where the rule had no range.
        try fields.register(NFTA_NAT_REG_ADDR_MAX.rawValue) ?? address == address,
        try fields.register(NFTA_NAT_REG_PROTO_MAX.rawValue) ?? port == port
      else { return nil }
      // Likewise that the address (1) and the port (2) are given.
      let flags = try fields.number(NFTA_NAT_FLAGS.rawValue) ?? 0
      return flags & ~3 == 0 ? .destinationNAT(family: family, address: address, port: port) : nil
    }
  }

  /// The attributes of one expression, by type, with a note of which have been read.
  private final class ExpressionFields {
    private var fields: [(attribute: Attribute, wasRead: Bool)] = []

    init(_ attributes: Attributes) throws(MalformedMessage) {
      var attributes = attributes
      while let attribute = try attributes.next() { fields.append((attribute, false)) }
    }

    /// Whether no attribute was left aside. One of zeros only is as good as none.
    var allRead: Bool {
      fields.allSatisfy { $0.wasRead || $0.attribute.payload.allSatisfy { $0 == 0 } }
    }

    private func attribute(_ type: UInt32) -> Attribute? {
      for index in fields.indices where fields[index].attribute.type == Int(type) {
        fields[index].wasRead = true
        return fields[index].attribute
      }
      return nil
    }

    func skip(_ type: UInt32) { _ = attribute(type) }

    func number(_ type: UInt32) throws(MalformedMessage) -> UInt32? { try attribute(type)?.uint32() }

    func number64(_ type: UInt32) throws(MalformedMessage) -> UInt64? { try attribute(type)?.uint64() }

    func byte(_ type: UInt32) throws(MalformedMessage) -> UInt8? { try attribute(type)?.uint8() }

    func string(_ type: UInt32) -> String? { attribute(type)?.string() }

    func register(_ type: UInt32) throws(MalformedMessage) -> Register? {
      guard let number = try number(type) else { return nil }
      return Register(number: number)
    }

    /// The bytes of a `NFTA_DATA_VALUE` within.
    func value(_ type: UInt32) throws(MalformedMessage) -> [UInt8]? {
      try attribute(type)?.nested.first(Int(NFTA_DATA_VALUE.rawValue))?.bytes
    }

    func verdict(_ type: UInt32) throws(MalformedMessage) -> Verdict? {
      guard let attribute = attribute(type) else { return nil }
      return try Verdict(attribute.nested)
    }
  }

  extension Verdict {
    /// Reads the content of a data attribute; nil: it is no verdict, or one that only the kernel itself gives.
    init?(_ data: Attributes) throws(MalformedMessage) {
      guard let verdict = try data.first(Int(NFTA_DATA_VERDICT.rawValue))?.nested,
        let code = try verdict.first(Int(NFTA_VERDICT_CODE.rawValue))?.uint32()
      else { return nil }
      self.init(code: code, chain: try verdict.first(Int(NFTA_VERDICT_CHAIN.rawValue))?.string())
    }
  }
#endif
