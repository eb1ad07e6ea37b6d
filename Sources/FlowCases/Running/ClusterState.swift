import KubernetesObjects
import ServicePlan

/// The node and the objects that are there at one step of a case.
public struct ClusterState: Sendable {
  public private(set) var configuration: NodeConfiguration
  private let file: String
  private var order: [ObjectKey] = []
  private var contents: [ObjectKey: ObjectSet] = [:]

  /// Before the first step.
  public init(_ flowCase: FlowCase) {
    configuration = flowCase.configuration
    file = flowCase.file
  }

  /// The state after each step.
  public static func all(of flowCase: FlowCase) -> [ClusterState] {
    var state = ClusterState(flowCase)
    return flowCase.steps.map { step in
      state.apply(step)
      return state
    }
  }

  public mutating func apply(_ step: FlowStep) {
    for object in step.apply where contents.updateValue(object.content, forKey: object.key) == nil {
      order.append(object.key)
    }
    for key in step.delete {
      contents[key] = nil
      order.removeAll { $0 == key }
    }
    switch step.zone {
    case .set(let zone): configuration.zone = zone
    case .removed: configuration.zone = nil
    case nil: break
    }
  }

  /// In the order they were created.
  public var objects: ObjectSet {
    var objects = ObjectSet()
    objects.files = [file]
    for key in order {
      guard let content = contents[key] else { continue }
      objects.services += content.services
      objects.slices += content.slices
      objects.nodes += content.nodes
      objects.serviceCIDRs += content.serviceCIDRs
      objects.pods += content.pods
      objects.endpoints += content.endpoints
      objects.passedOver.merge(content.passedOver, uniquingKeysWith: +)
    }
    return objects
  }

  /// What the node must forward, a plan per family.
  public var plans: [NodePlan] {
    ClusterPlanner(configuration: configuration).plan(objects).plans
  }
}
