import Crypto
import ServicePlan

/// Gives every (service port, backend) with session affinity a number of its own.
///
/// The number is a hash, so that it stays the same from compile to compile and survives changes around it; where two
/// hashes meet, the later one in the order of asking is hashed again.
public struct AffinityNumbers: Sendable {
  private struct Owner: Hashable {
    var port: ServicePortName
    var backend: Backend

    init(_ backend: Backend, of port: ServicePortName) {
      self.port = port
      // Where an endpoint is does not change what it is.
      self.backend = Backend(address: backend.address, port: backend.port, isLocal: false)
    }
  }

  private var numbers: [Owner: UInt32] = [:]
  private var taken: Set<UInt32> = []

  public init() {}

  /// 1...2^31-1; the same whenever it is asked for again.
  public mutating func number(for backend: Backend, of port: ServicePortName) -> UInt32 {
    let owner = Owner(backend, of: port)
    if let number = numbers[owner] { return number }
    var attempt = 0
    var number: UInt32
    repeat {
      number = AffinityNumbers.hash(port, backend, attempt: attempt)
      attempt += 1
    } while number == 0 || !taken.insert(number).inserted
    numbers[owner] = number
    return number
  }

  /// Forgets a number: the backend is gone, and another one may have it.
  public mutating func release(_ backend: Backend, of port: ServicePortName) {
    if let number = numbers.removeValue(forKey: Owner(backend, of: port)) { taken.remove(number) }
  }

  private static func hash(_ port: ServicePortName, _ backend: Backend, attempt: Int) -> UInt32 {
    let text = "\(port)/\(port.transport.word)/\(backend.key)/\(attempt)"
    return SHA256.hash(data: Array(text.utf8)).prefix(4).reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
  }
}
