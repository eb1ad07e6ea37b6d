#if Netlink && os(Linux)
  import NFTables

  /// One instruction of the kernel's rule machine, of those the rules of ``Table`` are made of.
  ///
  /// Numbers are the kernel's own; see linux/netfilter/nf_tables.h.
  enum KernelExpression: Hashable {
    /// What a lookup does with what it finds.
    enum LookupResult: Hashable {
      /// A set: goes on if the key is there, or with `inverted` if not.
      case membership(inverted: Bool)
      /// A map of verdicts: ends with what it finds.
      case verdict
      case data(Register)
    }

    /// The set a lookup uses: `id` names an anonymous set of the same transaction.
    struct SetReference: Hashable {
      var name: String
      var id: UInt32?
    }

    case payload(Register, base: UInt32, offset: UInt32, length: UInt32)
    case meta(Register, key: UInt32)
    case setMeta(key: UInt32, Register)
    case conntrack(Register, key: UInt32)
    case fib(Register, result: UInt32, flags: UInt32)
    case randomNumber(Register, modulus: UInt32, offset: UInt32)
    /// Jenkins' hash of so many bytes.
    case hash(from: Register, length: UInt32, to: Register, modulus: UInt32, seed: UInt32)
    /// `to = (from & mask) ^ xor`
    case bitwise(from: Register, to: Register, mask: [UInt8], xor: [UInt8])
    case compare(Register, operation: UInt32, [UInt8])
    case range(Register, operation: UInt32, from: [UInt8], to: [UInt8])
    case lookup(Register, SetReference, LookupResult)
    case immediate(Register, [UInt8])
    case verdict(Verdict)
    /// Destination NAT to an address and a port in registers.
    case destinationNAT(family: UInt32, address: Register, port: Register)
    case masquerade(flags: UInt32)
    /// Adds an element or restarts its timer; with the register of a map's data. Milliseconds, 0 is the set's own timeout.
    case updateSet(SetReference, Register, data: Register?, timeout: UInt64)
    /// Removes the element of a map that has the key, whatever the data.
    case deleteElement(SetReference, Register, data: Register)
    case counter
    case reject(type: UInt32, code: UInt8)
    /// Changes no byte: nft before 1.0.7 adds it to a protocol in a concatenation with ranges.
    case nothing
    /// Another one, or one with attributes that the others do not have: its name and its attributes as they came.
    case unknown(name: String, [UInt8])

    /// The first of `enum nft_bitwise_ops`, which has had several names.
    static let maskAndXor: UInt32 = 0
    /// The least seed: with none the kernel takes another one for each rule.
    static let hashSeed: UInt32 = 1
    /// `NF_NAT_RANGE_PROTO_SPECIFIED`: the translation names a port. The kernel adds it by itself.
    static let portSpecified: UInt32 = 2
    /// `NF_NAT_RANGE_PROTO_RANDOM_FULLY`
    static let fullyRandom: UInt32 = 16
  }

  extension KernelExpression: CustomStringConvertible {
    /// Something to look at where nothing else can be said: its name and its parameters.
    var description: String {
      func hex(_ bytes: [UInt8]) -> String {
        "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      }
      let text =
        switch self {
        case .payload(let to, let base, let offset, let length):
          "payload base \(base) offset \(offset) length \(length) => \(to.number)"
        case .meta(let to, let key): "meta \(key) => \(to.number)"
        case .setMeta(let key, let from): "meta set \(key) <= \(from.number)"
        case .conntrack(let to, let key): "ct \(key) => \(to.number)"
        case .fib(let to, let result, let flags): "fib result \(result) flags \(flags) => \(to.number)"
        case .randomNumber(let to, let modulus, let offset):
          "numgen random mod \(modulus) offset \(offset) => \(to.number)"
        case .hash(let from, let length, let to, let modulus, let seed):
          "jhash \(from.number) length \(length) mod \(modulus) seed \(seed) => \(to.number)"
        case .bitwise(let from, let to, let mask, let xor):
          "bitwise \(from.number) & \(hex(mask)) ^ \(hex(xor)) => \(to.number)"
        case .compare(let register, let operation, let data): "cmp \(register.number) op \(operation) \(hex(data))"
        case .range(let register, let operation, let from, let to):
          "range \(register.number) op \(operation) \(hex(from)) \(hex(to))"
        case .lookup(let register, let set, _): "lookup \(register.number) \(set.name)"
        case .immediate(let to, let data): "immediate \(hex(data)) => \(to.number)"
        case .verdict(let verdict): "verdict \(verdict)"
        case .destinationNAT(_, let address, let port): "dnat \(address.number) \(port.number)"
        case .masquerade(let flags): "masq flags \(flags)"
        case .updateSet(let set, let key, let data, let timeout):
          "dynset update \(set.name) \(key.number)\(data.map { " : \($0.number)" } ?? "") timeout \(timeout)ms"
        case .deleteElement(let set, let key, let data): "dynset delete \(set.name) \(key.number) : \(data.number)"
        case .counter: "counter"
        case .reject(let type, let code): "reject type \(type) code \(code)"
        case .nothing: "byteorder"
        case .unknown(let name, let bytes): "\(name) \(hex(bytes))"
        }
      return "[ \(text) ]"
    }
  }
#endif
