#if Netlink && os(Linux)
  import CNetlinkShim
  import CNftnl
  import NFTables

  extension KernelExpression {
    /// The expression for a rule; nil: it is one that is not known, and was only read.
    func libraryObject() -> LibraryExpression? {
      switch self {
      case .payload(let to, let base, let offset, let length):
        let expression = LibraryExpression("payload")
        expression.set(NFTNL_EXPR_PAYLOAD_DREG, to.number)
        expression.set(NFTNL_EXPR_PAYLOAD_BASE, base)
        expression.set(NFTNL_EXPR_PAYLOAD_OFFSET, offset)
        expression.set(NFTNL_EXPR_PAYLOAD_LEN, length)
        return expression
      case .meta(let to, let key):
        let expression = LibraryExpression("meta")
        expression.set(NFTNL_EXPR_META_KEY, key)
        expression.set(NFTNL_EXPR_META_DREG, to.number)
        return expression
      case .setMeta(let key, let from):
        let expression = LibraryExpression("meta")
        expression.set(NFTNL_EXPR_META_KEY, key)
        expression.set(NFTNL_EXPR_META_SREG, from.number)
        return expression
      case .conntrack(let to, let key):
        let expression = LibraryExpression("ct")
        expression.set(NFTNL_EXPR_CT_KEY, key)
        expression.set(NFTNL_EXPR_CT_DREG, to.number)
        return expression
      case .fib(let to, let result, let flags):
        let expression = LibraryExpression("fib")
        expression.set(NFTNL_EXPR_FIB_DREG, to.number)
        expression.set(NFTNL_EXPR_FIB_RESULT, result)
        expression.set(NFTNL_EXPR_FIB_FLAGS, flags)
        return expression
      case .randomNumber(let to, let modulus, let offset):
        let expression = LibraryExpression("numgen")
        expression.set(NFTNL_EXPR_NG_DREG, to.number)
        expression.set(NFTNL_EXPR_NG_MODULUS, modulus)
        expression.set(NFTNL_EXPR_NG_TYPE, NFT_NG_RANDOM.rawValue)
        expression.set(NFTNL_EXPR_NG_OFFSET, offset)
        return expression
      case .hash(let from, let length, let to, let modulus, let seed):
        let expression = LibraryExpression("hash")
        expression.set(NFTNL_EXPR_HASH_SREG, from.number)
        expression.set(NFTNL_EXPR_HASH_DREG, to.number)
        expression.set(NFTNL_EXPR_HASH_LEN, length)
        expression.set(NFTNL_EXPR_HASH_MODULUS, modulus)
        expression.set(NFTNL_EXPR_HASH_SEED, seed)
        expression.set(NFTNL_EXPR_HASH_TYPE, NFT_HASH_JENKINS.rawValue)
        return expression
      case .bitwise(let from, let to, let mask, let xor):
        let expression = LibraryExpression("bitwise")
        expression.set(NFTNL_EXPR_BITWISE_SREG, from.number)
        expression.set(NFTNL_EXPR_BITWISE_DREG, to.number)
        expression.set(NFTNL_EXPR_BITWISE_OP, KernelExpression.maskAndXor)
        expression.set(NFTNL_EXPR_BITWISE_LEN, UInt32(mask.count))
        expression.set(NFTNL_EXPR_BITWISE_MASK, mask)
        expression.set(NFTNL_EXPR_BITWISE_XOR, xor)
        return expression
      case .compare(let register, let operation, let data):
        let expression = LibraryExpression("cmp")
        expression.set(NFTNL_EXPR_CMP_SREG, register.number)
        expression.set(NFTNL_EXPR_CMP_OP, operation)
        expression.set(NFTNL_EXPR_CMP_DATA, data)
        return expression
      case .range(let register, let operation, let from, let to):
        let expression = LibraryExpression("range")
        expression.set(NFTNL_EXPR_RANGE_SREG, register.number)
        expression.set(NFTNL_EXPR_RANGE_OP, operation)
        expression.set(NFTNL_EXPR_RANGE_FROM_DATA, from)
        expression.set(NFTNL_EXPR_RANGE_TO_DATA, to)
        return expression
      case .lookup(let register, let set, let result):
        let expression = LibraryExpression("lookup")
        expression.set(NFTNL_EXPR_LOOKUP_SREG, register.number)
        switch result {
        case .membership(let inverted):
          if inverted { expression.set(NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV.rawValue) }
        case .verdict: expression.set(NFTNL_EXPR_LOOKUP_DREG, Register.verdict)
        case .data(let to): expression.set(NFTNL_EXPR_LOOKUP_DREG, to.number)
        }
        expression.set(NFTNL_EXPR_LOOKUP_SET, set.name)
        if let id = set.id { expression.set(NFTNL_EXPR_LOOKUP_SET_ID, id) }
        return expression
      case .immediate(let to, let data):
        let expression = LibraryExpression("immediate")
        expression.set(NFTNL_EXPR_IMM_DREG, to.number)
        expression.set(NFTNL_EXPR_IMM_DATA, data)
        return expression
      case .verdict(let verdict):
        let expression = LibraryExpression("immediate")
        expression.set(NFTNL_EXPR_IMM_DREG, Register.verdict)
        expression.set(NFTNL_EXPR_IMM_VERDICT, verdict.code)
        if let chain = verdict.chain { expression.set(NFTNL_EXPR_IMM_CHAIN, chain) }
        return expression
      case .destinationNAT(let family, let address, let port):
        let expression = LibraryExpression("nat")
        expression.set(NFTNL_EXPR_NAT_TYPE, NFT_NAT_DNAT.rawValue)
        expression.set(NFTNL_EXPR_NAT_FAMILY, family)
        expression.set(NFTNL_EXPR_NAT_REG_ADDR_MIN, address.number)
        expression.set(NFTNL_EXPR_NAT_REG_PROTO_MIN, port.number)
        expression.set(NFTNL_EXPR_NAT_FLAGS, KernelExpression.portSpecified)
        return expression
      case .masquerade(let flags):
        let expression = LibraryExpression("masq")
        if flags != 0 { expression.set(NFTNL_EXPR_MASQ_FLAGS, flags) }
        return expression
      case .updateSet(let set, let key, let data, let timeout):
        let expression = LibraryExpression("dynset")
        expression.set(NFTNL_EXPR_DYNSET_SREG_KEY, key.number)
        if let data { expression.set(NFTNL_EXPR_DYNSET_SREG_DATA, data.number) }
        expression.set(NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_UPDATE.rawValue)
        if timeout != 0 { expression.set(NFTNL_EXPR_DYNSET_TIMEOUT, timeout) }
        expression.set(NFTNL_EXPR_DYNSET_SET_NAME, set.name)
        return expression
      case .deleteElement(let set, let key, let data):
        let expression = LibraryExpression("dynset")
        expression.set(NFTNL_EXPR_DYNSET_SREG_KEY, key.number)
        expression.set(NFTNL_EXPR_DYNSET_SREG_DATA, data.number)
        expression.set(NFTNL_EXPR_DYNSET_OP, NFT_DYNSET_OP_DELETE.rawValue)
        expression.set(NFTNL_EXPR_DYNSET_SET_NAME, set.name)
        return expression
      case .counter: return LibraryExpression("counter")
      case .reject(let type, let code):
        let expression = LibraryExpression("reject")
        expression.set(NFTNL_EXPR_REJECT_TYPE, type)
        expression.set(NFTNL_EXPR_REJECT_CODE, byte: code)
        return expression
      case .nothing, .unknown: return nil
      }
    }
  }
#endif
