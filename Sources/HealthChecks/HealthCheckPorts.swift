import KubernetesObjects
import NetworkAddresses
import ServicePlan

/// The health check node ports of one family: what a load balancer asks to find out which nodes have endpoints of a Service.
///
/// A Service has one if it is a load balancer with the external traffic policy Local and a `healthCheckNodePort` (HC-1).
public struct HealthCheckPorts: Hashable, Sendable {
  /// What is known of one Service.
  public struct Entry: Hashable, Sendable {
    public var service: NamespacedName
    /// Distinct addresses of ready endpoints on this node, over all ports of the Service (HC-3).
    public var localEndpoints: Int

    public init(service: NamespacedName, localEndpoints: Int) {
      self.service = service
      self.localEndpoints = localEndpoints
    }
  }

  /// Two Services want one port: the first by name has it.
  public struct Clash: Hashable, Sendable {
    public var port: UInt16
    public var owner: NamespacedName
    public var loser: NamespacedName
  }

  public var family: IPFamily
  /// By port.
  public private(set) var entries: [UInt16: Entry] = [:]
  /// Sorted by the loser's name.
  public private(set) var clashes: [Clash] = []

  public init(_ plan: NodePlan) {
    family = plan.family
    var addresses: Set<IPAddress> = []
    var current: (service: NamespacedName, port: UInt16)?
    func finish() -> (UInt16, Entry)? {
      current.map { ($0.port, Entry(service: $0.service, localEndpoints: addresses.count)) }
    }
    // The ports of a Service are next to each other.
    for port in plan.servicePorts where port.healthCheckNodePort != 0 {
      if current?.service != port.name.service {
        if let (number, entry) = finish() { add(entry, number) }
        addresses.removeAll(keepingCapacity: true)
        current = (port.name.service, port.healthCheckNodePort)
      }
      addresses.formUnion(port.readyLocalBackends.lazy.map(\.address))
    }
    if let (number, entry) = finish() { add(entry, number) }
  }

  private mutating func add(_ entry: Entry, _ port: UInt16) {
    if let owner = entries[port] {
      clashes.append(Clash(port: port, owner: owner.service, loser: entry.service))
    } else {
      entries[port] = entry
    }
  }

  /// What the listeners of a process have to do to follow a change (HC-2).
  public struct Change: Hashable, Sendable {
    /// Sorted. Listeners of another Service are closed and opened anew, as are those of a Service that moved.
    public var closed: [UInt16] = []
    /// Sorted.
    public var opened: [UInt16] = []

    public var isEmpty: Bool { closed.isEmpty && opened.isEmpty }
  }

  /// What to close and then to open; what is counted may change without either.
  public func change(from old: HealthCheckPorts) -> Change {
    Change(
      closed: old.entries.filter { entries[$0.key]?.service != $0.value.service }.map(\.key).sorted(),
      opened: entries.filter { old.entries[$0.key]?.service != $0.value.service }.map(\.key).sorted())
  }

  /// The addresses to listen on: the wildcard address of the family, or the addresses that accept node ports if those
  /// are restricted (HC-2). To be determined once, when a process starts.
  public static func listenAddresses(
    _ family: IPFamily, _ configuration: NodeConfiguration, for mode: ProxyMode
  ) -> [IPAddress] {
    switch configuration.acceptedNodePortAddresses(family, for: mode).accepted {
    case .all: [.unspecified(family)]
    case .addresses(let addresses): addresses
    }
  }
}
