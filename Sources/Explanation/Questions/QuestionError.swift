import KubernetesObjects
import NetworkAddresses

/// Why a question cannot be asked as it stands.
public enum QuestionError: Error, Hashable, Sendable {
  case notASource(String)
  case notADestination(String, reason: String)
  /// The destination says no port, and nothing else tells which one is meant.
  case portMissing(DeclaredPorts?)
  /// A port is named by a word, but the destination has no ports with names.
  case noNamedPorts(String, port: String)
  /// Several Services have a node port of this name.
  case severalNodePorts(String, [String])
  case unknownPod(String, known: Int)
  case severalPods(String, [NamespacedName])
  case podWithoutAddress(NamespacedName)
  case unknownNode(String, known: [String])
  /// Nothing says what addresses the node has.
  case nodeWithoutAddress(String)
  /// Source and destination have no family in common, or not the one that was asked for.
  case noCommonFamily(source: [IPFamily], destination: [IPFamily], wanted: IPFamily?)
  /// Every address of the ranges for documentation is in use.
  case noExternalAddress
}

/// The ports a Service declares, for messages.
public struct DeclaredPorts: Hashable, Sendable, CustomStringConvertible {
  public struct Port: Hashable, Sendable {
    /// May be empty.
    public var name: String
    public var port: UInt16
    public var transport: TransportProtocol
  }

  public var service: NamespacedName
  public var ports: [Port]

  init(_ service: Service) {
    self.service = service.name
    ports = service.ports.map { Port(name: $0.name, port: $0.port, transport: $0.transport) }
  }

  init(service: NamespacedName, ports: [Port]) {
    self.service = service
    self.ports = ports
  }

  /// `80/tcp (http) and 53/udp (dns)`
  public var description: String {
    Words.list(ports.map { "\($0.port)/\($0.transport.word)" + ($0.name.isEmpty ? "" : " (\($0.name))") })
  }
}

extension QuestionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notASource(let text):
      "--from: \"\(text)\" is none of an address, node, localhost, external, pod/NAME, pod/NAMESPACE/NAME, node/NAME"
    case .notADestination(let text, let reason): "--to: \"\(text)\": \(reason)"
    case .portMissing(let declared?):
      "--to: which port? Service \(declared.service) has \(declared), write for example :\(declared.example)"
    case .portMissing(nil): "--to: a port is missing, write for example :80 or :53/udp"
    case .noNamedPorts(let place, let port):
      "--to: \(place) has no port with the name \"\(port)\"; write the number"
    case .severalNodePorts(let port, let services):
      "--to: several Services have a node port \"\(port)\": \(Words.list(services)); write the number"
    case .unknownPod(let name, let known):
      "no Pod \"\(name)\" in the input, which has \(known == 0 ? "no Pods at all" : Words.count(known, "Pod"))"
        + "; give its address instead"
    case .severalPods(let name, let pods):
      "several Pods are called \"\(name)\": \(Words.list(pods.map { "pod/\($0)" }))"
    case .podWithoutAddress(let pod): "Pod \(pod) has no address"
    case .unknownNode(let name, let known):
      "no Node \"\(name)\" in the input, which has \(known.isEmpty ? "no Nodes" : Words.list(known.sorted(), atMost: 10))"
    case .nodeWithoutAddress(let name): "no address of \(name) is known; --node-ip says what addresses a node has"
    case .noCommonFamily(let source, let destination, let wanted):
      "no packet can go that way: the source has \(Words.families(source)), the destination \(Words.families(destination))"
        + (wanted.map { ", and \($0.rawValue) is asked for" } ?? "")
    case .noExternalAddress: "no address for \"external\" is left outside the input's ranges; give an address"
    }
  }
}

extension DeclaredPorts {
  fileprivate var example: String {
    guard let port = ports.first else { return "80" }
    return "\(port.port)" + (port.transport == .tcp ? "" : "/\(port.transport.word)")
  }
}
