#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables
  import NetworkAddresses

  /// Reads the kernel's instructions back as the statements they were made of, whoever made them.
  ///
  /// It runs them with registers that hold what has been loaded instead of values. What makes no sense that way is kept as
  /// text, with all that follows: ``Statement/unknown(_:)``.
  struct RuleReader {
    /// What a register holds from a word on.
    private enum Value {
      case expression(Expression)
      /// The first bytes of an address.
      case addressStart(Expression, bytes: Int)
      case masked(Expression, mask: [UInt8])
      case markWithBitsSet(UInt32)
      case markWithBitsFlipped(UInt32)
      case constant([UInt8])
      /// What a map gave, with the types of its fields.
      case mapResult(Expression, [FieldType])
    }

    let family: IPFamily
    /// The sets of the table and the anonymous ones, by name.
    let sets: [String: NamedSet]
    /// The names of those in ``sets`` that are part of a rule.
    let anonymousSets: Set<String>

    private var registers: [(value: Value, words: Int)?] = []
    private var statements: [Statement] = []

    init(family: IPFamily, sets: [String: NamedSet], anonymousSets: Set<String>) {
      self.family = family
      self.sets = sets
      self.anonymousSets = anonymousSets
    }

    private struct NotKnown: Error {}

    mutating func statements(of expressions: [KernelExpression]) -> [Statement] {
      registers = Array(repeating: nil, count: Register.words)
      statements = []
      // Expressions up to here are statements.
      var done = 0
      var index = 0
      while index < expressions.count {
        let count = statements.count
        do {
          index += try read(expressions[index], next: index + 1 < expressions.count ? expressions[index + 1] : nil)
        } catch {
          break
        }
        if statements.count > count {
          done = index
          forgetPassingValues()
        }
      }
      if done < expressions.count {
        statements.append(.unknown(expressions[done...].map(\.description).joined(separator: " ")))
      }
      return statements
    }

    /// Registers keep what they hold, and a later statement may use it; written out, it would be asked for anew.
    private mutating func forgetPassingValues() {
      for word in registers.indices {
        if case (.expression(let expression), _)? = registers[word], expression.isSteady { continue }
        registers[word] = nil
      }
    }

    /// - Returns: how many expressions were read.
    private mutating func read(_ expression: KernelExpression, next: KernelExpression?) throws(NotKnown) -> Int {
      switch expression {
      case .payload(let register, let base, let offset, let length):
        try hold(try payload(base, offset, Int(length)), in: register, bytes: Int(length))
      case .meta(let register, let key):
        try hold(.expression(try meta(key)), in: register, bytes: key == NFT_META_IIFNAME.rawValue ? 16 : 4)
      case .conntrack(let register, let key):
        guard key == NFT_CT_STATE.rawValue || key == NFT_CT_STATUS.rawValue else { throw NotKnown() }
        try hold(
          .expression(key == NFT_CT_STATE.rawValue ? .connectionState : .connectionStatus), in: register, bytes: 4)
      case .fib(let register, let result, let flags):
        guard result == NFT_FIB_RESULT_ADDRTYPE.rawValue,
          flags == NFTA_FIB_F_SADDR.rawValue || flags == NFTA_FIB_F_DADDR.rawValue
        else { throw NotKnown() }
        try hold(
          .expression(flags == NFTA_FIB_F_SADDR.rawValue ? .sourceAddressType : .destinationAddressType), in: register,
          bytes: 4)
      case .randomNumber(let register, let modulus, let offset):
        try hold(.expression(.randomNumber(modulus: modulus, offset: offset)), in: register, bytes: 4)
      case .hash(let from, let length, let to, let modulus, let seed):
        guard case .expression(.sourceAddress) = try value(from), length == UInt32(family.addressBytes),
          modulus == .max, seed == KernelExpression.hashSeed
        else { throw NotKnown() }
        try hold(.expression(.sourceAddressHash), in: to, bytes: 4)
      case .bitwise(let from, let to, let mask, let xor):
        try hold(try bitwise(try value(from), mask, xor), in: to, bytes: mask.count)
      case .setMeta(let key, let register):
        switch (key, try value(register)) {
        case (NFT_META_MARK.rawValue, .markWithBitsSet(let bits)): statements.append(.setMarkBits(bits))
        case (NFT_META_MARK.rawValue, .markWithBitsFlipped(let bits)): statements.append(.flipMarkBits(bits))
        case (NFT_META_PRIORITY.rawValue, .mapResult(let lookup, [.priority])): statements.append(.setPriority(lookup))
        case (NFT_META_PRIORITY.rawValue, .constant(let bytes)) where try number(bytes) == 0:
          statements.append(.clearPriority)
        default: throw NotKnown()
        }
      case .compare(let register, let operation, let data):
        return try compare(register, operation, data, next: next)
      case .range(let register, let operation, let from, let to):
        guard case .expression(let expression) = try value(register),
          operation == NFT_RANGE_NEQ.rawValue || operation == NFT_RANGE_EQ.rawValue
        else { throw NotKnown() }
        statements.append(
          .match(
            expression, negated: operation == NFT_RANGE_NEQ.rawValue,
            .addresses([try range(of: expression, from, to)])))
      case .lookup(let register, let set, let result): try lookup(register, set.name, result)
      case .immediate(let register, let data): try hold(.constant(data), in: register, bytes: data.count)
      case .verdict(let verdict): statements.append(.verdict(verdict))
      case .destinationNAT(let number, let address, let port): try destinationNAT(number, address, port)
      case .masquerade(let flags):
        guard flags == 0 || flags == KernelExpression.fullyRandom else { throw NotKnown() }
        statements.append(.masquerade(fullyRandom: flags != 0))
      case .updateSet(let name, let register, let data, let timeout):
        guard let set = sets[name.name], timeout % 1000 == 0, let seconds = UInt32(exactly: timeout / 1000) else {
          throw NotKnown()
        }
        let key = try key(set.key, register)
        let lifetime = seconds == 0 ? nil : seconds
        guard let data else {
          statements.append(.updateSet(name.name, key, timeout: lifetime))
          return 1
        }
        statements.append(
          .updateMap(name.name, key: key, data: try self.data(of: set, data), timeout: lifetime))
      case .deleteElement(let name, let register, let data):
        guard let set = sets[name.name] else { throw NotKnown() }
        statements.append(
          .deleteElement(name.name, key: try key(set.key, register), data: try self.data(of: set, data)))
      case .counter: statements.append(.counter)
      case .reject(let type, let code):
        guard type == NFT_REJECT_ICMP_UNREACH.rawValue, code == (family == .ipv4 ? 3 : 4) else { throw NotKnown() }
        statements.append(.reject)
      case .nothing: break
      case .unknown: throw NotKnown()
      }
      return 1
    }

    private func value(_ register: Register) throws(NotKnown) -> Value {
      guard let (value, _) = registers[register.word] else { throw NotKnown() }
      return value
    }

    /// Notes what a register holds from now on; what it overlaps is lost.
    private mutating func hold(_ value: Value, in register: Register, bytes: Int) throws(NotKnown) {
      let words = (bytes + 3) / 4
      guard register.word + words <= Register.words else { throw NotKnown() }
      for word in 0..<(register.word + words) {
        if let (_, length) = registers[word], word + length > register.word { registers[word] = nil }
      }
      registers[register.word] = (value, words)
    }

    // MARK: - Loading

    private func payload(_ base: UInt32, _ offset: UInt32, _ length: Int) throws(NotKnown) -> Value {
      if base == NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, offset == 2, length == 2 {
        return .expression(.destinationPort)
      }
      guard base == NFT_PAYLOAD_NETWORK_HEADER.rawValue, length > 0 else { throw NotKnown() }
      let address: Expression
      switch offset {
      case AddressField.offset(isSource: true, family): address = .sourceAddress
      case AddressField.offset(isSource: false, family): address = .destinationAddress
      default: throw NotKnown()
      }
      let bytes = family.addressBits / 8
      guard length <= bytes else { throw NotKnown() }
      return length == bytes ? .expression(address) : .addressStart(address, bytes: length)
    }

    private func meta(_ key: UInt32) throws(NotKnown) -> Expression {
      switch key {
      case NFT_META_L4PROTO.rawValue: return .transportProtocol
      case NFT_META_MARK.rawValue: return .mark
      case NFT_META_PRIORITY.rawValue: return .priority
      case NFT_META_IIFNAME.rawValue: return .inputInterfaceName
      default: throw NotKnown()
      }
    }

    private func bitwise(_ value: Value, _ mask: [UInt8], _ xor: [UInt8]) throws(NotKnown) -> Value {
      guard case .expression(let expression) = value else { throw NotKnown() }
      let changes = xor.contains { $0 != 0 }
      switch expression {
      case .destinationAddress where !changes && !mask.contains { $0 != 0 } && mask.count == family.addressBits / 8:
        return .expression(.zeroedDestinationAddress)
      case .mark:
        let (mask32, xor32) = (try number(mask), try number(xor))
        if xor32 == 0 { return .masked(.mark, mask: mask) }
        if mask32 == ~xor32 { return .markWithBitsSet(xor32) }
        if mask32 == .max { return .markWithBitsFlipped(xor32) }
        throw NotKnown()
      case .priority where !changes: return .expression(.priorityBits(try number(mask)))
      case _ where !changes: return .masked(expression, mask: mask)
      default: throw NotKnown()
      }
    }

    /// What was loaded as data of a map.
    private func data(of set: NamedSet, _ register: Register) throws(NotKnown) -> Expression {
      guard case .fields(let fields) = set.data else { throw NotKnown() }
      return try key(fields, register)
    }

    /// The expression whose parts were loaded one after the other from a register on.
    private func key(_ fields: [FieldType], _ register: Register) throws(NotKnown) -> Expression {
      var parts: [Expression] = []
      var word = register.word
      for field in fields {
        guard word < Register.words, case (.expression(let part), _)? = registers[word],
          RuleReader.fits(part, field)
        else { throw NotKnown() }
        parts.append(part)
        word += field.registerBytes / 4
      }
      return parts.count == 1 ? parts[0] : .concatenation(parts)
    }

    private static func fits(_ part: Expression, _ field: FieldType) -> Bool {
      switch (part, field) {
      case (.sourceAddress, .ipv4Address), (.destinationAddress, .ipv4Address),
        (.zeroedDestinationAddress, .ipv4Address),
        (.sourceAddress, .ipv6Address), (.destinationAddress, .ipv6Address), (.zeroedDestinationAddress, .ipv6Address),
        (.transportProtocol, .transportProtocol), (.destinationPort, .port), (.randomNumber, .randomNumber),
        (.sourceAddressHash, .randomNumber), (.priority, .priority), (.priorityBits, .priority):
        true
      default: false
      }
    }

    // MARK: - Comparing

    private mutating func compare(
      _ register: Register, _ operation: UInt32, _ data: [UInt8], next: KernelExpression?
    ) throws(NotKnown) -> Int {
      let value = try value(register)
      if operation == NFT_CMP_GTE.rawValue {
        guard case .expression(let expression) = value, case .compare(register, NFT_CMP_LTE.rawValue, let last)? = next
        else { throw NotKnown() }
        statements.append(.match(expression, .addresses([try range(of: expression, data, last)])))
        return 2
      }
      guard operation == NFT_CMP_EQ.rawValue || operation == NFT_CMP_NEQ.rawValue else { throw NotKnown() }
      let negated = operation == NFT_CMP_NEQ.rawValue
      switch value {
      case .expression(.priorityBits(let bits)):
        guard negated, try number(data) == 0 else { throw NotKnown() }
        statements.append(.matchPriorityBit(bits))
      case .expression(let expression):
        statements.append(.match(expression, negated: negated, try operand(of: expression, data, negated: negated)))
      case .addressStart(let expression, let bytes):
        guard data.count == bytes else { throw NotKnown() }
        let padded = data + Array(repeating: 0, count: family.addressBits / 8 - bytes)
        statements.append(
          .match(expression, negated: negated, .prefix(IPPrefix(try address(padded), length: bytes * 8))))
      case .masked(let expression, let mask):
        statements.append(try maskedMatch(expression, mask, data, negated: negated))
      case .markWithBitsSet, .markWithBitsFlipped, .constant, .mapResult: throw NotKnown()
      }
      return 1
    }

    private func operand(of expression: Expression, _ data: [UInt8], negated: Bool) throws(NotKnown) -> Operand {
      switch expression {
      case .sourceAddress, .destinationAddress: return .address(try address(data))
      case .transportProtocol:
        guard data.count == 1, let transport = TransportProtocol(number: data[0]) else { throw NotKnown() }
        return .transportProtocol(transport)
      case .destinationPort:
        guard data.count == 2 else { throw NotKnown() }
        return .port(UInt16(data[0]) << 8 | UInt16(data[1]))
      case .inputInterfaceName:
        guard data.count == 16 else { return .interfaceNamePrefix(String(decoding: data, as: UTF8.self)) }
        return .interfaceName(String(decoding: data.prefix { $0 != 0 }, as: UTF8.self))
      case .mark, .randomNumber: return .number(try number(data))
      case .connectionState where negated: return .connectionStates(try states(try number(data)))
      case .sourceAddressType, .destinationAddressType:
        guard try number(data) == AddressField.localType else { throw NotKnown() }
        return .addressTypeLocal
      default: throw NotKnown()
      }
    }

    private func maskedMatch(
      _ expression: Expression, _ mask: [UInt8], _ data: [UInt8], negated: Bool
    ) throws(NotKnown) -> Statement {
      switch expression {
      case .sourceAddress, .destinationAddress:
        let length = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        guard mask == AddressField.mask(length, bytes: family.addressBits / 8) else { throw NotKnown() }
        let prefix = IPPrefix(try address(data), length: length)
        guard prefix.address == (try address(data)) else { throw NotKnown() }
        return .match(expression, negated: negated, .prefix(prefix))
      case .mark:
        guard negated, try number(data) == 0 else { throw NotKnown() }
        return .matchMarkBit(try number(mask))
      case .connectionState:
        guard negated, try number(data) == 0 else { throw NotKnown() }
        return .match(.connectionState, .connectionStates(try states(try number(mask))))
      case .connectionStatus:
        let bits = try number(mask)
        guard negated, try number(data) == 0,
          let status = ConnectionStatus.allCases.first(where: { $0.bit == bits })
        else { throw NotKnown() }
        return .match(.connectionStatus, .connectionStatus(status))
      default: throw NotKnown()
      }
    }

    private func states(_ bits: UInt32) throws(NotKnown) -> [ConnectionState] {
      let states = ConnectionState.allCases.filter { $0.bit & bits != 0 }
      guard !states.isEmpty, states.reduce(0, { $0 | $1.bit }) == bits else { throw NotKnown() }
      return states
    }

    // MARK: - Sets

    private mutating func lookup(
      _ register: Register, _ name: String, _ result: KernelExpression.LookupResult
    ) throws(NotKnown) {
      guard let set = sets[name] else { throw NotKnown() }
      let key = try key(set.key, register)
      let isAnonymous = anonymousSets.contains(name)
      switch result {
      case .membership(let inverted):
        guard isAnonymous else {
          statements.append(.match(key, negated: inverted, .set(name)))
          return
        }
        guard set.key == [.address(family)], set.flags.contains(.interval) else { throw NotKnown() }
        var ranges: [AddressRange] = []
        for element in set.elements {
          guard
            let range = AddressRange(
              first: element.key.address(family, at: 0),
              last: element.lastKey.address(family, at: 0))
          else { throw NotKnown() }
          ranges.append(range)
        }
        statements.append(.match(key, negated: inverted, .anonymousSet(ranges)))
      case .verdict:
        guard isAnonymous else {
          statements.append(.verdictMap(key, map: name))
          return
        }
        guard set.key == [.randomNumber] else { throw NotKnown() }
        var elements: [AnonymousVerdictElement] = []
        for element in set.elements {
          guard case .verdict(let verdict) = element.data else { throw NotKnown() }
          elements.append(AnonymousVerdictElement(index: element.key.word(at: 0), verdict: verdict))
        }
        statements.append(.verdictMapAnonymous(key, elements))
      case .data(let to):
        guard case .fields(let fields) = set.data else { throw NotKnown() }
        let dataBytes = FieldType.registerBytes(fields)
        guard isAnonymous else {
          try hold(.mapResult(.lookup(key, map: name), fields), in: to, bytes: dataBytes)
          return
        }
        guard set.key == [.randomNumber], fields == [.address(family), .port] else { throw NotKnown() }
        var elements: [AnonymousMapElement] = []
        for element in set.elements {
          guard case .fields(let data) = element.data else { throw NotKnown() }
          elements.append(
            AnonymousMapElement(
              index: element.key.word(at: 0), address: data.address(family, at: 0),
              port: data.port(at: FieldType.address(family).registerBytes)))
        }
        try hold(.mapResult(.lookupAnonymous(key, elements), fields), in: to, bytes: dataBytes)
      }
    }

    // MARK: - Translation

    private mutating func destinationNAT(
      _ number: UInt32, _ address: Register, _ port: Register
    ) throws(NotKnown) {
      guard number == UInt32(family.number) else { throw NotKnown() }
      switch try value(address) {
      case .mapResult(let lookup, [.address(family), .port]):
        guard port.word == address.word + FieldType.address(family).registerBytes / 4 else { throw NotKnown() }
        statements.append(.destinationNAT(lookup))
      case .constant(let bytes):
        guard case .constant(let portBytes) = try value(port), portBytes.count == 2 else { throw NotKnown() }
        statements.append(
          .destinationNATConstant(
            try self.address(bytes), port: UInt16(portBytes[0]) << 8 | UInt16(portBytes[1])))
      default: throw NotKnown()
      }
    }

    // MARK: - Values

    /// A number in host byte order.
    private func number(_ bytes: [UInt8]) throws(NotKnown) -> UInt32 {
      guard bytes.count == 4 else { throw NotKnown() }
      return bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }

    private func address(_ bytes: [UInt8]) throws(NotKnown) -> IPAddress {
      guard bytes.count == family.addressBits / 8 else { throw NotKnown() }
      var key = RegisterBytes()
      for start in stride(from: 0, to: bytes.count, by: 4) {
        key.appendWord(bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) })
      }
      return key.address(family, at: 0)
    }

    private func range(of expression: Expression, _ first: [UInt8], _ last: [UInt8]) throws(NotKnown) -> AddressRange {
      guard expression == .sourceAddress || expression == .destinationAddress,
        let range = AddressRange(first: try address(first), last: try address(last))
      else { throw NotKnown() }
      return range
    }
  }

  extension Expression {
    /// Whether it is the same however often one packet asks for it.
    fileprivate var isSteady: Bool {
      switch self {
      case .randomNumber(let modulus, _): modulus == 1
      case .concatenation(let parts): parts.allSatisfy(\.isSteady)
      case .lookup, .lookupAnonymous, .mark, .priority, .priorityBits: false
      default: true
      }
    }
  }
#endif
