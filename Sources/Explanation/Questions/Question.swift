import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// A question in full: one packet, or a name that leads to none.
public struct Question: Hashable, Sendable {
  public var node: String
  public var zone: String?
  public var subject: Subject

  public enum Subject: Hashable, Sendable {
    case packet(Source, Destination)
    case name(NameAnswer)
  }

  /// The family that rules are needed of; nil: none are.
  public var family: IPFamily? {
    if case .packet(_, let destination) = subject { destination.address.family } else { nil }
  }

  /// The Service it is about, as far as that is known before rules are asked.
  public var service: NamespacedName? {
    switch subject {
    case .packet(_, let destination): destination.service
    case .name(.headless(let headless)): headless.service
    case .name(.externalName(let service, _, _)), .name(.notAllocated(let service)): service
    case .name(.unknownPort(_, let ports)): ports.service
    case .name(.unknown), .name(.ambiguous): nil
    }
  }
}

/// Understands questions.
public struct QuestionReader: Sendable {
  let cluster: Cluster
  /// The interface packets come in by; nil: one that fits the source.
  public var interface: String?
  /// Where source and destination have several; nil: the first both have.
  public var family: IPFamily?

  /// - Parameters:
  ///   - objects: complete, as the control plane would hold them.
  ///   - node: the one whose rules are asked.
  public init(objects: ObjectSet, node: NodeConfiguration) {
    cluster = Cluster(objects: objects, node: node)
  }

  public func read(from: SourceQuery, to: DestinationQuery) throws(QuestionError) -> Question {
    let sources = SourceResolver(cluster: cluster, interface: interface)
    var destinations = DestinationResolver(cluster: cluster)
    if case .pod(let namespace, let name) = from.place {
      destinations.clientNamespace = try cluster.pod(namespace, name).name.namespace
    }
    let subject: Question.Subject
    switch try destinations.resolve(to) {
    case .answer(let answer): subject = .name(answer)
    case .packet(let candidates):
      let (source, destination) = try pair(try sources.addresses(from), candidates)
      subject = .packet(try sources.source(from, source), destination)
    }
    return Question(node: cluster.node.nodeName, zone: cluster.node.zone, subject: subject)
  }

  /// Addresses of one family.
  private func pair(
    _ sources: [IPAddress], _ candidates: DestinationResolver.Candidates
  ) throws(QuestionError) -> (IPAddress, Destination) {
    for address in candidates.addresses where family == nil || family == address.family {
      guard let source = sources.first(where: { $0.family == address.family }) else { continue }
      var choices = candidates.choices
      if family == nil, [sources, candidates.addresses].allSatisfy({ Set($0.map(\.family)).count > 1 }) {
        choices.append(.family(address.family))
      }
      return (
        source,
        Destination(
          address: address, port: candidates.port, transport: candidates.transport, service: candidates.service,
          choices: choices)
      )
    }
    throw .noCommonFamily(
      source: Set(sources.map(\.family)).sorted(), destination: Set(candidates.addresses.map(\.family)).sorted(),
      wanted: family)
  }
}
