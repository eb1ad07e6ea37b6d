#if Agent
  import HealthChecks
  import KubernetesObjects
  import Logging
  import NetworkAddresses
  import Synchronization

  /// The health check node ports of this node: opened, answered and closed as Services come and go (HC-1 to HC-4).
  actor HealthCheckListeners {
    private struct Place: Hashable {
      var family: IPFamily
      var port: UInt16
    }

    /// What is answered; the handlers of requests read it on other threads.
    private final class Entries: Sendable {
      let entries = Mutex<[IPFamily: HealthCheckPorts]>([:])
    }

    private let health: ProxyHealth
    private let log: Logger
    private let addresses: @Sendable (IPFamily) -> [IPAddress]
    private let current = Entries()
    private var listeners: [Place: [HTTPListener]] = [:]

    /// Ports that could not be opened, and why.
    private var failures: [Place: String] = [:]
    private let report: @Sendable (NamespacedName, String) -> Void

    /// - Parameters:
    ///   - report: is told of a Service whose port cannot be opened, once for each reason.
    ///   - addresses: what to listen on in a family.
    init(
      health: ProxyHealth, log: Logger, report: @escaping @Sendable (NamespacedName, String) -> Void = { _, _ in },
      addresses: @escaping @Sendable (IPFamily) -> [IPAddress]
    ) {
      self.health = health
      self.log = log
      self.report = report
      self.addresses = addresses
    }

    /// Opens and closes what it takes. What could not be opened is tried again each time.
    func update(_ all: [HealthCheckPorts]) async {
      let before = current.entries.withLock { entries in
        defer { entries = Dictionary(uniqueKeysWithValues: all.map { ($0.family, $0) }) }
        return entries
      }
      for ports in all {
        for port in listeners.keys where port.family == ports.family {
          let isSame = before[ports.family]?.entries[port.port]?.service == ports.entries[port.port]?.service
          if !isSame || ports.entries[port.port] == nil { await close(port) }
        }
        failures = failures.filter { $0.key.family != ports.family || ports.entries[$0.key.port] != nil }
        for (port, entry) in ports.entries.sorted(by: { $0.key < $1.key }) {
          let place = Place(family: ports.family, port: port)
          if listeners[place] == nil { await open(place, entry) }
        }
      }
    }

    private func open(_ place: Place, _ entry: HealthCheckPorts.Entry) async {
      var opened: [HTTPListener] = []
      for address in addresses(place.family) {
        let binding = SocketBinding(address, port: place.port)
        do {
          opened.append(
            try await HTTPListener.open(binding, onlyIPv6: true) { [current, health] _ in
              guard let entry = current.entries.withLock({ $0[place.family]?.entries[place.port] }) else {
                return .notFound
              }
              let answer = HealthCheckAnswer(entry, isProxyHealthy: health.report().isHealthy)
              return HTTPAnswer(answer.status, headers: answer.headers.map { ($0.name, $0.value) }, answer.body)
            })
        } catch {
          let words = "health check node port \(error)"
          if failures.updateValue(words, forKey: place) != words {
            log.error("\(entry.service): \(words); tried again at the next change")
            report(entry.service, words)
          }
          for listener in opened { await listener.close() }
          return
        }
      }
      listeners[place] = opened
      failures[place] = nil
      let count = ChangeWords.count(entry.localEndpoints, "local endpoint")
      log.info("\(entry.service): health check node port \(place.port) open, \(count)")
    }

    private func close(_ place: Place) async {
      for listener in listeners.removeValue(forKey: place) ?? [] { await listener.close() }
      log.info("health check node port \(place.port) (\(place.family.rawValue)) closed")
    }

    func closeAll() async {
      for place in Array(listeners.keys) { await close(place) }
    }
  }
#endif
