#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  /// A chain as the kernel lists it, without its rules.
  struct ListedChain {
    var chain: Chain
    var drops: Bool
    /// It is of a type or at a hook that ``Chain`` does not have.
    var isStray: Bool
  }

  extension ListedChain {
    init(_ attributes: Attributes) throws(MalformedMessage) {
      var attributes = attributes
      chain = Chain("")
      drops = false
      isStray = false
      var kind: String?
      var hook: Attributes?
      while let attribute = try attributes.next() {
        switch UInt32(attribute.type) {
        case NFTA_CHAIN_NAME.rawValue: chain.name = attribute.string()
        case NFTA_CHAIN_TYPE.rawValue: kind = attribute.string()
        case NFTA_CHAIN_HOOK.rawValue: hook = attribute.nested
        case NFTA_CHAIN_POLICY.rawValue: drops = try attribute.uint32() != BaseChain.acceptPolicy
        case NFTA_CHAIN_USERDATA.rawValue: chain.comment = try UserData.text(0, in: attribute.payload)
        default: break
        }
      }
      guard let hook else { return }
      guard let number = try hook.first(Int(NFTA_HOOK_HOOKNUM.rawValue))?.uint32(),
        let priority = try hook.first(Int(NFTA_HOOK_PRIORITY.rawValue))?.uint32()
      else { throw MalformedMessage() }
      guard let kind = kind.flatMap(BaseChain.Kind.init(rawValue:)), let hook = BaseChain.Hook(number: number) else {
        isStray = true
        return
      }
      chain.base = BaseChain(kind, hook: hook, priority: Int32(bitPattern: priority))
    }
  }

  extension BaseChain {
    /// `NF_ACCEPT` of linux/netfilter.h
    static let acceptPolicy: UInt32 = 1
  }

  extension BaseChain.Hook {
    /// `enum nf_inet_hooks` of linux/netfilter.h
    var number: UInt32 {
      switch self {
      case .prerouting: 0
      case .input: 1
      case .forward: 2
      case .output: 3
      case .postrouting: 4
      }
    }

    init?(number: UInt32) {
      guard let hook = BaseChain.Hook.allCases.first(where: { $0.number == number }) else { return nil }
      self = hook
    }
  }
#endif
