#if Netlink && os(Linux)
  import NetworkAddresses
  import RuleTargets

  /// What a plan changes for one service port, as the rules before and after tell it.
  public struct ServicePortChange: Hashable, Sendable {
    /// `namespace/name:port`; nil: what no rule names.
    public var servicePort: String?
    /// Empty: it is new.
    public var before: [InstalledFrontend]
    /// Empty: it goes.
    public var after: [InstalledFrontend]
  }

  extension ProgrammingPlan {
    /// The service ports that the plan changes, by name; those that only get the same from other rules are not among them.
    ///
    /// It costs what the rules of the plan's steps hold.
    public var servicePortChanges: [ServicePortChange] {
      var changes: [String?: ServicePortChange] = [:]
      for step in steps {
        for frontend in step.before.map({ step.place.frontends(of: $0) }) ?? [] {
          changes[frontend.servicePort, default: ServicePortChange(frontend.servicePort)].before.append(frontend)
        }
        for frontend in step.after.map({ step.place.frontends(of: $0) }) ?? [] {
          changes[frontend.servicePort, default: ServicePortChange(frontend.servicePort)].after.append(frontend)
        }
      }
      return changes.values.filter { !$0.changesNothing }
        .sorted { ($0.servicePort ?? "\u{10FFFF}") < ($1.servicePort ?? "\u{10FFFF}") }
    }
  }

  extension ServicePortChange {
    fileprivate init(_ servicePort: String?) {
      self.init(servicePort: servicePort, before: [], after: [])
    }

    /// Whether each frontend stays and does the same. Of two targets only one may show a policy.
    fileprivate var changesNothing: Bool {
      guard before.count == after.count else { return false }
      let olds = Dictionary(before.map { ($0.frontend, $0) }, uniquingKeysWith: { first, _ in first })
      return after.allSatisfy { new in olds[new.frontend].map(new.doesTheSame) ?? false }
    }
  }

  extension InstalledFrontend {
    /// Whether connections fare alike with the other.
    public func doesTheSame(as other: InstalledFrontend) -> Bool {
      action == other.action && backends == other.backends && hasAffinity == other.hasAffinity
        && (outsideBackends ?? backends) == (other.outsideBackends ?? other.backends)
        && (policy == nil || other.policy == nil || policy == other.policy)
    }
  }
#endif
