#if Netlink && os(Linux)
  import Foundation
  import NodeProgramming

  /// A programming plan and what came of it, in words.
  struct ProgrammingText {
    var plan: ProgrammingPlan
    /// Whether everything is shown: each Service, and each operation by which the rules change.
    var isVerbose = false

    /// Lines of one list that are shown without `--verbose`.
    static let shownLines = 20
    /// Addresses of one list that are shown in a line.
    static let shownNames = 3

    // MARK: - Before

    /// What is to be done; ends with a line break.
    var planned: String {
      var text = ""
      let services = plan.servicePortChanges
      for step in plan.steps {
        text += "\(step.name): \(ProgrammingText.manner(step))\(ProgrammingText.changes(step.counts))\n"
        // A few operations say what Services do not: rules that were damaged, objects of somebody else.
        if isVerbose || services.isEmpty && step.lines.count <= ProgrammingText.shownLines { text += list(step.lines) }
      }
      if plan.isEmpty {
        text += "nothing to do\n"
      } else {
        text += list(ProgrammingText.lines(services)) + ProgrammingText.summary(services)
      }
      for name in plan.left { text += "left alone: \(name), of kube-proxy\n" }
      return text
    }

    /// Indented, as many as are to be shown.
    private func list(_ lines: [String]) -> String {
      let shown = isVerbose ? lines[...] : lines.prefix(ProgrammingText.shownLines)
      var text = ""
      for line in shown { text += "  \(line)\n" }
      if shown.count < lines.count { text += "  \(lines.count - shown.count) more; --verbose prints them\n" }
      return text
    }

    private static func manner(_ step: ProgrammingStep) -> String {
      if step.removes { return "delete all of it: " }
      return step.counts.tables == ChangeCounts.Count(added: 1, removed: 1) ? "make it anew: " : ""
    }

    /// `add 1 table, 3 chains; delete 2 elements`
    private static func changes(_ counts: ChangeCounts, verbs: (String, String) = ("add", "delete")) -> String {
      let kinds: [(KeyPath<ChangeCounts, ChangeCounts.Count>, String)] = [
        (\.tables, "table"), (\.chains, "chain"), (\.sets, "set"), (\.rules, "rule"), (\.elements, "element"),
      ]
      func list(_ verb: String, _ count: KeyPath<ChangeCounts.Count, Int>) -> String? {
        let parts = kinds.compactMap { kind, noun -> String? in
          let number = counts[keyPath: kind][keyPath: count]
          return number == 0 ? nil : Wording.count(number, noun)
        }
        return parts.isEmpty ? nil : "\(verb) \(parts.joined(separator: ", "))"
      }
      let parts = [list(verbs.0, \.added), list(verbs.1, \.removed)].compactMap(\.self)
      return parts.isEmpty ? "change properties" : parts.joined(separator: "; ")
    }

    // MARK: - Services

    /// `service ports: 2 to add, 1 to change, 0 to remove`
    private static func summary(_ changes: [ServicePortChange]) -> String {
      if changes.isEmpty { return "service ports: none changes\n" }
      let added = changes.count { $0.before.isEmpty }
      let removed = changes.count { $0.after.isEmpty }
      return
        "service ports: \(added) to add, \(changes.count - added - removed) to change, \(removed) to remove\n"
    }

    private static func lines(_ changes: [ServicePortChange]) -> [String] {
      changes.map { change in
        let name = change.servicePort ?? "no Service"
        if change.before.isEmpty { return "+ \(name)  \(frontends(change.after)) -> \(fate(change.after))" }
        if change.after.isEmpty { return "- \(name)  \(frontends(change.before))" }
        return "~ \(name)  \(difference(change))"
      }
    }

    private static func frontends(_ frontends: [InstalledFrontend]) -> String { names(frontends.map(\.frontend)) }

    /// `3 endpoints`, `reject`
    private static func fate(_ frontends: [InstalledFrontend]) -> String {
      let endpoints = backends(frontends).count
      guard endpoints == 0 else { return Wording.count(endpoints, "endpoint") }
      return Set(frontends.map(\.action.rawValue)).sorted().joined(separator: ", ")
    }

    private static func backends(_ frontends: [InstalledFrontend]) -> Set<InstalledFrontend.Backend> {
      frontends.reduce(into: []) { $0.formUnion($1.backends + ($1.outsideBackends ?? [])) }
    }

    /// What a service port has before and not after, and the other way round.
    private static func difference(_ change: ServicePortChange) -> String {
      let olds = Dictionary(change.before.map { ($0.frontend, $0) }, uniquingKeysWith: { first, _ in first })
      let news = Dictionary(change.after.map { ($0.frontend, $0) }, uniquingKeysWith: { first, _ in first })
      let common = change.after.compactMap { new in olds[new.frontend].map { (old: $0, new: new) } }
      let (before, after) = (backends(change.before), backends(change.after))
      var parts = [
        signed(
          "frontends", change.after.map(\.frontend).filter { olds[$0] == nil },
          change.before.map(\.frontend).filter { news[$0] == nil }),
        signed(
          "endpoints", after.subtracting(before).sorted().map(\.description),
          before.subtracting(after).sorted().map(\.description)),
      ].compactMap(\.self)
      func became<Value: Hashable>(_ what: String, _ value: (InstalledFrontend) -> Value, _ word: (Value) -> String) {
        guard let pair = common.first(where: { value($0.old) != value($0.new) }) else { return }
        parts.append("\(what) \(word(value(pair.old))) -> \(word(value(pair.new)))")
      }
      became("connections", \.action) { $0 == .translate ? "served" : "\($0.rawValue)" }
      became("session affinity", \.hasAffinity) { $0 ? "ClientIP" : "None" }
      if let pair = common.first(where: {
        $0.old.policy != nil && $0.new.policy != nil && $0.old.policy != $0.new.policy
      }) {
        parts.append("policy \(pair.old.policy?.rawValue ?? "-") -> \(pair.new.policy?.rawValue ?? "-")")
      }
      return parts.isEmpty ? "other endpoints for some of its frontends" : parts.joined(separator: "; ")
    }

    /// `endpoints +10.244.1.6:8080 -10.244.1.5:8080`; nil: neither.
    private static func signed(_ what: String, _ added: [String], _ removed: [String]) -> String? {
      if added.isEmpty, removed.isEmpty { return nil }
      let parts = [
        added.isEmpty ? nil : names(added.map { "+" + $0 }), removed.isEmpty ? nil : names(removed.map { "-" + $0 }),
      ]
      return "\(what) \(parts.compactMap(\.self).joined(separator: ", "))"
    }

    private static func names(_ names: [String]) -> String {
      let rest = names.count - shownNames
      return names.prefix(shownNames).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }

    // MARK: - After

    /// What has been done, and how long each step took.
    func done(_ times: [StepTime]) -> String {
      var text = ""
      for (step, time) in zip(plan.steps, times) {
        let counts = ProgrammingText.changes(step.counts, verbs: ("added", "deleted"))
        let total = String(format: "%.1f ms", time.total / .milliseconds(1))
        let kernel = time.kernel.map { String(format: ", %.1f ms of it in the kernel", $0 / .milliseconds(1)) } ?? ""
        text += "\(step.name): \(counts) in \(total)\(kernel)\n"
      }
      return text
    }
  }
#endif
