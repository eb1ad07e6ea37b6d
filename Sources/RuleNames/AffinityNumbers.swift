import Crypto
import NetworkAddresses
import ServicePlan

/// Gives every backend of a service port with session affinity a number of its own.
///
/// The upper half of a number stands for the service port, the lower half for its backend: `8a12:3f07`. Both are hashes, so that
/// they stay the same from compile to compile and survive changes around them; where two hashes meet, the later one in the
/// order of asking is moved on.
public struct AffinityNumbers: Sendable {
  /// Set in every number, and in nothing that packets bring along.
  public static let marker: UInt32 = 0x8000_0000
  /// The part of a number that all backends of a service port share.
  public static let servicePortBits: UInt32 = 0xffff_0000

  /// A backend, wherever it is.
  fileprivate struct Endpoint: Hashable {
    var address: IPAddress
    var port: UInt16

    init(_ backend: Backend) {
      address = backend.address
      port = backend.port
    }

    /// 16 bits in which endpoints that differ little differ too.
    var hash: UInt32 {
      // The finishing steps of splitmix64: every bit of the result depends on every bit before.
      var bits = (address.high &* 0x9e37_79b9_7f4a_7c15) ^ address.low ^ UInt64(port) << 48
      bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
      bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
      return UInt32(truncatingIfNeeded: bits >> 48)
    }
  }

  fileprivate struct Numbers {
    var servicePort: UInt32
    var backends: [Endpoint: UInt32] = [:]
    var taken: Set<UInt32> = []
  }

  private var ports: [ServicePortName: Numbers] = [:]
  private var taken: Set<UInt32> = []

  public init() {}

  /// The same whenever they are asked for again.
  ///
  /// - Returns: nil: there are 32,768 service ports with numbers, or 65,534 backends of this one.
  public mutating func numbers(for backends: [Backend], of port: ServicePortName) -> [UInt32]? {
    if ports[port] == nil {
      guard taken.count < 1 << 15 else { return nil }
      var servicePort = AffinityNumbers.hash(port)
      while !taken.insert(servicePort).inserted { servicePort = servicePort == 0x7fff ? 0 : servicePort + 1 }
      ports[port] = Numbers(servicePort: servicePort)
    }
    return ports[port]?.numbers(for: backends)
  }

  /// Takes over a number that was given before, as far as it is free and nothing else was given.
  public mutating func adopt(_ number: UInt32, for backend: Backend, of port: ServicePortName) {
    guard number & AffinityNumbers.marker != 0 else { return }
    let servicePort = (number & ~AffinityNumbers.marker) >> 16
    if ports[port] == nil {
      guard taken.insert(servicePort).inserted else { return }
      ports[port] = Numbers(servicePort: servicePort)
    }
    ports[port]?.adopt(number, for: backend)
    forgetIfEmpty(port)
  }

  /// Forgets a number: the backend is gone, and another one may have it.
  public mutating func release(_ backend: Backend, of port: ServicePortName) {
    ports[port]?.release(backend)
    forgetIfEmpty(port)
  }

  private mutating func forgetIfEmpty(_ port: ServicePortName) {
    if let numbers = ports[port], numbers.backends.isEmpty {
      ports[port] = nil
      taken.remove(numbers.servicePort)
    }
  }

  /// 15 bits.
  private static func hash(_ port: ServicePortName) -> UInt32 {
    let text = "\(port)/\(port.transport.word)"
    return SHA256.hash(data: Array(text.utf8)).prefix(2).reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff
  }
}

extension AffinityNumbers.Numbers {
  /// Lower halves are 1...0xfffe: nft writes 0xffff_ffff as a word.
  private static let greatest: UInt32 = 0xfffe

  fileprivate mutating func numbers(for backends: [Backend]) -> [UInt32]? {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(backends.count)
    for backend in backends {
      guard let number = number(for: backend) else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  private mutating func number(for backend: Backend) -> UInt32? {
    let endpoint = AffinityNumbers.Endpoint(backend)
    if let known = backends[endpoint] { return number(known) }
    guard taken.count < Int(Self.greatest) else { return nil }
    var low = endpoint.hash % Self.greatest + 1
    while !taken.insert(low).inserted { low = low == Self.greatest ? 1 : low + 1 }
    backends[endpoint] = low
    return number(low)
  }

  fileprivate mutating func adopt(_ number: UInt32, for backend: Backend) {
    let low = number & ~AffinityNumbers.servicePortBits
    let endpoint = AffinityNumbers.Endpoint(backend)
    guard number == self.number(low), (1...Self.greatest).contains(low), backends[endpoint] == nil,
      taken.insert(low).inserted
    else { return }
    backends[endpoint] = low
  }

  fileprivate mutating func release(_ backend: Backend) {
    if let low = backends.removeValue(forKey: AffinityNumbers.Endpoint(backend)) { taken.remove(low) }
  }

  private func number(_ low: UInt32) -> UInt32 { AffinityNumbers.marker | servicePort << 16 | low }
}
