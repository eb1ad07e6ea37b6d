#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables
  import NetworkAddresses

  /// A rule as the kernel's instructions, and the anonymous sets they use.
  struct RuleProgram {
    /// A set that belongs to the rule. The kernel gives it a name; within the transaction it has a number.
    struct AnonymousSet {
      var set: NamedSet
      var id: UInt32

      /// How many elements the kernel will see: two for a range.
      var size: UInt32 {
        self.set.elements.reduce(0) { size, element in
          let isTwo = set.flags.contains(.interval) && element.lastKey.successor != nil
          return size + (isTwo ? 2 : 1)
        }
      }
    }

    private(set) var expressions: [KernelExpression] = []
    private(set) var anonymousSets: [AnonymousSet] = []
    private let family: IPFamily
    private var nextSetID: UInt32

    /// - Parameter nextSetID: the number of the rule's first anonymous set. No other of the transaction may have it or one
    ///   of those that follow.
    /// - Throws: where the rule has a statement that is not known.
    init(_ rule: Rule, family: IPFamily, nextSetID: UInt32) throws(UnknownStatement) {
      self.family = family
      self.nextSetID = nextSetID
      for statement in rule.statements {
        try append(statement)
      }
    }

    /// A statement of which only a text is known.
    struct UnknownStatement: Error {}

    private static let first = Register(word: 0)

    // MARK: - Statements

    private mutating func append(_ statement: Statement) throws(UnknownStatement) {
      let first = RuleProgram.first
      switch statement {
      case .match(let expression, let negated, let operand):
        load(expression)
        compare(expression, negated: negated, operand)
      case .matchMarkBit(let bit):
        load(.mark)
        mask(hostOrder(bit))
        expressions.append(.compare(first, operation: NFT_CMP_NEQ.rawValue, hostOrder(0)))
      case .setMarkBits(let bits): changeMark(mask: ~bits, xor: bits)
      case .flipMarkBits(let bits): changeMark(mask: .max, xor: bits)
      case .matchPriorityBit(let bit):
        load(.priorityBits(bit))
        expressions.append(.compare(first, operation: NFT_CMP_NEQ.rawValue, hostOrder(0)))
      case .setPriority(.lookup(let key, let map)):
        load(key)
        expressions.append(.lookup(first, .init(name: map), .data(first)))
        expressions.append(.setMeta(key: NFT_META_PRIORITY.rawValue, first))
      case .setPriority: throw UnknownStatement()
      case .clearPriority:
        expressions.append(.immediate(first, hostOrder(0)))
        expressions.append(.setMeta(key: NFT_META_PRIORITY.rawValue, first))
      case .verdict(let verdict): expressions.append(.verdict(verdict))
      case .verdictMap(let expression, let map):
        load(expression)
        expressions.append(.lookup(first, .init(name: map), .verdict))
      case .verdictMapAnonymous(let expression, let elements):
        load(expression)
        let set = anonymous(
          NamedSet(
            "__map%d", key: [.randomNumber], data: .verdict,
            elements: elements.map { Element(index($0.index), data: .verdict($0.verdict)) }))
        expressions.append(.lookup(first, set, .verdict))
      case .destinationNAT(let expression): try translate(to: expression)
      case .destinationNATConstant(let address, let port):
        let portRegister = Register(word: 4)
        expressions.append(.immediate(first, bytes(address)))
        expressions.append(.immediate(portRegister, [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]))
        translate(address: first, port: portRegister)
      case .masquerade(let fullyRandom):
        expressions.append(.masquerade(flags: fullyRandom ? KernelExpression.fullyRandom : 0))
      case .updateSet(let set, let expression, let timeout):
        load(expression)
        expressions.append(.updateSet(.init(name: set), first, data: nil, timeout: UInt64(timeout ?? 0) * 1000))
      case .updateMap(let map, let key, let data, let timeout):
        let register = loadBoth(key, data)
        expressions.append(
          .updateSet(.init(name: map), first, data: register, timeout: UInt64(timeout ?? 0) * 1000))
      case .deleteElement(let map, let key, let data):
        let register = loadBoth(key, data)
        expressions.append(.deleteElement(.init(name: map), first, data: register))
      case .counter: expressions.append(.counter)
      case .reject:
        // Port unreachable: code 3 of ICMP's destination unreachable, code 4 of ICMPv6's.
        expressions.append(.reject(type: NFT_REJECT_ICMP_UNREACH.rawValue, code: family == .ipv4 ? 3 : 4))
      case .unknown: throw UnknownStatement()
      }
    }

    private mutating func changeMark(mask: UInt32, xor: UInt32) {
      load(.mark)
      expressions.append(
        .bitwise(from: RuleProgram.first, to: RuleProgram.first, mask: hostOrder(mask), xor: hostOrder(xor)))
      expressions.append(.setMeta(key: NFT_META_MARK.rawValue, RuleProgram.first))
    }

    private mutating func translate(to expression: Expression) throws(UnknownStatement) {
      let set: KernelExpression.SetReference
      switch expression {
      case .lookup(let key, let map):
        load(key)
        set = .init(name: map)
      case .lookupAnonymous(let key, let elements):
        load(key)
        set = anonymous(
          NamedSet(
            "__map%d", key: [.randomNumber], data: .fields([.address(family), .port]),
            elements: elements.map { element in
              var data = RegisterBytes()
              data.append(element.address)
              data.append(port: element.port)
              return Element(index(element.index), data: .fields(data))
            }))
      default: throw UnknownStatement()
      }
      expressions.append(.lookup(RuleProgram.first, set, .data(RuleProgram.first)))
      translate(address: RuleProgram.first, port: Register(word: FieldType.address(family).registerBytes / 4))
    }

    private mutating func translate(address: Register, port: Register) {
      expressions.append(.destinationNAT(family: UInt32(family.number), address: address, port: port))
    }

    // MARK: - Loading

    private mutating func load(_ expression: Expression) {
      var word = 0
      load(expression, at: &word)
    }

    /// Loads a key into the first registers and data behind it.
    ///
    /// - Returns: where the data is.
    private mutating func loadBoth(_ key: Expression, _ data: Expression) -> Register {
      var word = 0
      load(key, at: &word)
      let register = Register(word: word)
      load(data, at: &word)
      return register
    }

    /// Loads an expression into registers, from a word on.
    private mutating func load(_ expression: Expression, at word: inout Int) {
      let register = Register(word: word)
      switch expression {
      case .sourceAddress, .destinationAddress, .zeroedDestinationAddress:
        expressions.append(payload(register, expression, bytes: family.addressBits / 8))
        if expression == .zeroedDestinationAddress {
          let zeros = [UInt8](repeating: 0, count: family.addressBits / 8)
          expressions.append(.bitwise(from: register, to: register, mask: zeros, xor: zeros))
        }
        word += FieldType.address(family).registerBytes / 4
      case .sourceAddressHash:
        let bytes = UInt32(family.addressBytes)
        expressions.append(payload(register, .sourceAddress, bytes: Int(bytes)))
        expressions.append(
          .hash(from: register, length: bytes, to: register, modulus: .max, seed: KernelExpression.hashSeed))
        word += 1
      case .transportProtocol: loadMeta(NFT_META_L4PROTO, at: &word)
      case .destinationPort:
        expressions.append(.payload(register, base: NFT_PAYLOAD_TRANSPORT_HEADER.rawValue, offset: 2, length: 2))
        word += 1
      case .inputInterfaceName:
        loadMeta(NFT_META_IIFNAME, at: &word)
        word += interfaceNameBytes / 4 - 1
      case .mark: loadMeta(NFT_META_MARK, at: &word)
      case .priority: loadMeta(NFT_META_PRIORITY, at: &word)
      case .priorityBits(let bits):
        loadMeta(NFT_META_PRIORITY, at: &word)
        expressions.append(.bitwise(from: register, to: register, mask: hostOrder(bits), xor: hostOrder(0)))
      case .connectionState, .connectionStatus:
        let key = expression == .connectionState ? NFT_CT_STATE : NFT_CT_STATUS
        expressions.append(.conntrack(register, key: key.rawValue))
        word += 1
      case .sourceAddressType, .destinationAddressType:
        let flag = expression == .sourceAddressType ? NFTA_FIB_F_SADDR : NFTA_FIB_F_DADDR
        expressions.append(.fib(register, result: NFT_FIB_RESULT_ADDRTYPE.rawValue, flags: flag.rawValue))
        word += 1
      case .randomNumber(let modulus, let offset):
        expressions.append(.randomNumber(register, modulus: modulus, offset: offset))
        word += 1
      case .concatenation(let parts): for part in parts { load(part, at: &word) }
      case .lookup(let key, _), .lookupAnonymous(let key, _): load(key, at: &word)
      }
    }

    private mutating func loadMeta(_ key: nft_meta_keys, at word: inout Int) {
      expressions.append(.meta(Register(word: word), key: key.rawValue))
      word += 1
    }

    /// The first bytes of an address of the packet.
    private func payload(_ register: Register, _ address: Expression, bytes: Int) -> KernelExpression {
      .payload(
        register, base: NFT_PAYLOAD_NETWORK_HEADER.rawValue,
        offset: AddressField.offset(isSource: address == .sourceAddress, family), length: UInt32(bytes))
    }

    private let interfaceNameBytes = 16

    // MARK: - Comparing

    /// Compares what has just been loaded into the first register.
    private mutating func compare(_ expression: Expression, negated: Bool, _ operand: Operand) {
      let equal = negated ? NFT_CMP_NEQ.rawValue : NFT_CMP_EQ.rawValue
      func compare(_ data: [UInt8]) -> KernelExpression { .compare(RuleProgram.first, operation: equal, data) }
      switch operand {
      case .address(let address): expressions.append(compare(bytes(address)))
      case .prefix(let prefix): match(expression, prefix, operation: equal)
      case .transportProtocol(let transport): expressions.append(compare([transport.number]))
      case .port(let port): expressions.append(compare([UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]))
      case .interfaceName(let name):
        var data = Array(name.utf8.prefix(interfaceNameBytes - 1))
        data.append(contentsOf: repeatElement(0, count: interfaceNameBytes - data.count))
        expressions.append(compare(data))
      case .interfaceNamePrefix(let prefix): expressions.append(compare(Array(prefix.utf8)))
      case .connectionStates(let states):
        matchBits(states.reduce(0) { $0 | $1.bit }, negated: negated)
      case .connectionStatus(let status): matchBits(status.bit, negated: negated)
      case .addressTypeLocal: expressions.append(compare(hostOrder(AddressField.localType)))
      case .number(let number): expressions.append(compare(hostOrder(number)))
      case .set(let name):
        expressions.append(.lookup(RuleProgram.first, .init(name: name), .membership(inverted: negated)))
      case .anonymousSet(let ranges): match(ranges, negated: negated)
      }
    }

    /// One of the bits is set; negated, as nft has it: the bits are not these.
    private mutating func matchBits(_ bits: UInt32, negated: Bool) {
      if !negated { mask(hostOrder(bits)) }
      expressions.append(
        .compare(RuleProgram.first, operation: NFT_CMP_NEQ.rawValue, hostOrder(negated ? bits : 0)))
    }

    private mutating func mask(_ mask: [UInt8]) {
      let zeros = [UInt8](repeating: 0, count: mask.count)
      expressions.append(.bitwise(from: RuleProgram.first, to: RuleProgram.first, mask: mask, xor: zeros))
    }

    /// A prefix of whole bytes needs these bytes only.
    private mutating func match(_ expression: Expression, _ prefix: IPPrefix, operation: UInt32) {
      let address = bytes(prefix.address)
      if prefix.length % 8 == 0, prefix.length > 0 {
        let length = prefix.length / 8
        expressions[expressions.count - 1] = payload(RuleProgram.first, expression, bytes: length)
        expressions.append(.compare(RuleProgram.first, operation: operation, Array(address.prefix(length))))
      } else {
        mask(AddressField.mask(prefix.length, bytes: address.count))
        expressions.append(.compare(RuleProgram.first, operation: operation, address))
      }
    }

    private mutating func match(_ ranges: [AddressRange], negated: Bool) {
      let register = RuleProgram.first
      if ranges.count == 1 {
        let (first, last) = (bytes(ranges[0].first), bytes(ranges[0].last))
        if negated {
          expressions.append(.range(register, operation: NFT_RANGE_NEQ.rawValue, from: first, to: last))
        } else {
          expressions.append(.compare(register, operation: NFT_CMP_GTE.rawValue, first))
          expressions.append(.compare(register, operation: NFT_CMP_LTE.rawValue, last))
        }
        return
      }
      let set = anonymous(
        NamedSet(
          "__set%d", key: [.address(family)], flags: .interval,
          elements: ranges.map { range in
            var (first, last) = (RegisterBytes(), RegisterBytes())
            first.append(range.first)
            last.append(range.last)
            return Element(first, upTo: last)
          }))
      expressions.append(.lookup(register, set, .membership(inverted: negated)))
    }

    // MARK: - Values

    private mutating func anonymous(_ set: NamedSet) -> KernelExpression.SetReference {
      let id = nextSetID
      nextSetID += 1
      anonymousSets.append(AnonymousSet(set: set, id: id))
      return .init(name: set.name, id: id)
    }

    private func index(_ number: UInt32) -> RegisterBytes {
      var key = RegisterBytes()
      key.append(number: number)
      return key
    }

    private func hostOrder(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    private func bytes(_ address: IPAddress) -> [UInt8] {
      var key = RegisterBytes()
      key.append(address)
      return stride(from: 0, to: key.count, by: 4).flatMap { offset in
        withUnsafeBytes(of: key.word(at: offset).bigEndian) { Array($0) }
      }
    }
  }

  /// Where packets have their addresses, and what the kernel says about addresses.
  enum AddressField {
    static func offset(isSource: Bool, _ family: IPFamily) -> UInt32 {
      switch (family, isSource) {
      case (.ipv4, true): 12
      case (.ipv4, false): 16
      case (.ipv6, true): 8
      case (.ipv6, false): 24
      }
    }

    /// `RTN_LOCAL` of linux/rtnetlink.h
    static let localType: UInt32 = 2

    /// The mask of a prefix.
    static func mask(_ length: Int, bytes: Int) -> [UInt8] {
      (0..<bytes).map { index in
        let bits = min(max(length - index * 8, 0), 8)
        return UInt8(truncatingIfNeeded: 0xff00 >> bits)
      }
    }
  }

  extension ConnectionState {
    /// `NF_CT_STATE_BIT` of linux/netfilter/nf_conntrack_common.h
    var bit: UInt32 {
      switch self {
      case .invalid: 1
      case .established: 2
      case .related: 4
      case .new: 8
      case .untracked: 64
      }
    }
  }

  extension ConnectionStatus {
    /// `enum ip_conntrack_status` of linux/netfilter/nf_conntrack_common.h
    var bit: UInt32 {
      switch self {
      case .snat: 16
      case .dnat: 32
      }
    }
  }
#endif
