#if Agent
  import KubernetesAPI

  /// What reaches the loop from outside.
  enum LoopMessage: Sendable {
    case event(ClusterEvent)
    case reconfigure(AgentConfiguration)
    case stop
  }
#endif
