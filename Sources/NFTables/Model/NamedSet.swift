import NetworkAddresses

/// A set, or with ``data`` a map.
public struct NamedSet: Hashable, Sendable {
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Elements may be ranges.
    public static let interval = Flags(rawValue: 1)
    /// Rules add elements.
    public static let dynamic = Flags(rawValue: 2)
    /// Elements may expire.
    public static let timeout = Flags(rawValue: 4)
  }

  /// What a map gives back.
  public enum DataType: Hashable, Sendable {
    case verdict
    case fields([FieldType])
  }

  public var name: String
  /// The parts of a key; several are a concatenation.
  public var key: [FieldType]
  /// Nil: a set.
  public var data: DataType?
  public var flags: Flags
  /// Seconds an element lives without an own timeout; nil: for ever.
  public var timeout: UInt32?
  /// Elements it has room for; nil: the kernel's default. A hash set with a size is never resized while it fills.
  public var size: UInt32?
  public var comment: String?
  /// Whether each element counts the packets that find it. Tested with Linux 6.1 and nft 1.0.6.
  public var countsPackets: Bool
  /// Sorted by key. Empty for dynamic sets: what rules have put there is run-time state.
  public var elements: [Element]

  public init(
    _ name: String, key: [FieldType], data: DataType? = nil, flags: Flags = [], timeout: UInt32? = nil,
    size: UInt32? = nil, comment: String? = nil, countsPackets: Bool = false, elements: [Element] = []
  ) {
    self.name = name
    self.key = key
    self.data = data
    self.flags = flags
    self.timeout = timeout
    self.size = size
    self.comment = comment
    self.countsPackets = countsPackets
    self.elements = elements
  }

  public var isMap: Bool { data != nil }

  /// Whether the type has to be written with `typeof`: a random number has no type name.
  public var needsTypeof: Bool {
    if key.contains(.randomNumber) { return true }
    if case .fields(let fields) = data { return fields.contains(.randomNumber) }
    return false
  }
}

/// The type of one part of a key or of a map's data. In registers each part fills whole 32-bit words.
public enum FieldType: Hashable, Sendable {
  /// `ipv4_addr`; `ip saddr` or `ip daddr` in typeof
  case ipv4Address
  /// `ipv6_addr`
  case ipv6Address
  /// `inet_proto`; `meta l4proto`
  case transportProtocol
  /// `inet_service`; `th dport`
  case port
  /// `numgen random mod 65536`, in host byte order; only in typeof. A hash has this type too.
  case randomNumber
  /// `classid`; `meta priority` in typeof. In host byte order, written `major:minor` in hexadecimal.
  case priority

  public static func address(_ family: IPFamily) -> FieldType {
    family == .ipv4 ? .ipv4Address : .ipv6Address
  }

  /// Bytes in registers, padding included.
  @inlinable
  @inline(__always)
  public var registerBytes: Int { self == .ipv6Address ? 16 : 4 }

  /// The name of the type in nft; nil where it has none.
  public var typeName: String? {
    switch self {
    case .ipv4Address: "ipv4_addr"
    case .ipv6Address: "ipv6_addr"
    case .transportProtocol: "inet_proto"
    case .port: "inet_service"
    case .randomNumber: nil
    case .priority: "classid"
    }
  }
}
