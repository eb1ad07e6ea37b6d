#if Agent
  import NodeProgramming
  import ServicePlan

  /// What changed, in lines for a person who reads logs.
  enum ChangeWords {
    /// More Services than this are counted instead of named.
    static let named = 20

    static func lines(_ change: PlanChange) -> [String] {
      if change.services.count > named {
        let added = change.services.count { $0.before.isEmpty }
        let gone = change.services.count { $0.after.isEmpty }
        let changed = change.services.count - added - gone
        let parts = [(added, "new"), (gone, "gone"), (changed, "changed")].filter { $0.0 > 0 }
        let services = "\(change.services.count) Services (\(change.family.rawValue)): "
        return [services + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")]
      }
      return change.services.flatMap(\.ports).compactMap(line)
    }

    private static func line(_ change: ServiceChange.PortChange) -> String? {
      switch (change.before, change.after) {
      case (nil, nil): return nil
      case (let before?, nil): return "\(before.label): gone"
      case (nil, let after?):
        let address = after.clusterIP.map { " at \($0) port \(after.port)" } ?? ""
        return "\(after.label): new\(address), \(count(endpoints(after).count, "endpoint"))"
      case (let before?, let after?): return "\(after.label): \(difference(before, after))"
      }
    }

    private static func difference(_ before: ServicePortPlan, _ after: ServicePortPlan) -> String {
      let (old, new) = (endpoints(before), endpoints(after))
      let gone = old.subtracting(new)
      let added = new.subtracting(old)
      var parts: [String] = []
      if !gone.isEmpty { parts.append("\(names(gone)) gone") }
      if !added.isEmpty { parts.append("\(names(added)) added") }
      if parts.isEmpty { return "changed, \(count(new.count, "endpoint"))" }
      parts.append(added.isEmpty ? "\(new.count) remain" : "now \(new.count)")
      return parts.joined(separator: ", ")
    }

    private static func endpoints(_ port: ServicePortPlan) -> Set<String> {
      Set(
        (port.clusterBackends + port.localBackends).map { backend in
          backend.address.family == .ipv4
            ? "\(backend.address):\(backend.port)" : "[\(backend.address)]:\(backend.port)"
        })
    }

    private static func names(_ endpoints: Set<String>) -> String {
      if endpoints.count > 3 { return "\(endpoints.count) endpoints" }
      return (endpoints.count == 1 ? "endpoint " : "endpoints ") + endpoints.sorted().joined(separator: ", ")
    }

    /// `3 elements, 1 rule, committed in 0.2 ms`
    static func commit(_ done: ProgrammedRules) -> String {
      if done.isEmpty { return "nothing had to be written" }
      let parts: [(Int, String)] = [
        (done.counts.tables.added + done.counts.tables.removed, "table"),
        (done.counts.chains.added + done.counts.chains.removed, "chain"),
        (done.counts.sets.added + done.counts.sets.removed, "set"),
        (done.counts.rules.added + done.counts.rules.removed, "rule"),
        (done.counts.elements.added + done.counts.elements.removed, "element"),
      ]
      var counted = parts.filter { $0.0 > 0 }.map { count($0.0, $0.1) }
      // Sizes of sets, flags of tables.
      if counted.isEmpty { counted = ["properties"] }
      return (counted + ["committed in \(milliseconds(done.duration)) ms"]).joined(separator: ", ")
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    static func milliseconds(_ duration: Duration) -> String {
      let tenths = Int((duration / .milliseconds(1) * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)"
    }
  }
#endif
