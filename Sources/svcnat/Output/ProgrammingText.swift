#if Netlink && os(Linux)
  import Foundation
  import NodeProgramming

  /// A programming plan and what came of it, in words.
  struct ProgrammingText {
    var plan: ProgrammingPlan
    /// Whether every line of a plan is shown.
    var isVerbose = false

    /// Lines of one step that are shown without `--verbose`.
    static let shownLines = 20

    /// What is to be done; ends with a line break.
    var planned: String {
      var text = ""
      for step in plan.steps {
        text += "\(step.name): \(step.removes ? "delete all of it: " : "")\(ProgrammingText.changes(step.counts))\n"
        let lines = isVerbose ? step.lines[...] : step.lines.prefix(ProgrammingText.shownLines)
        for line in lines { text += "  \(line)\n" }
        if lines.count < step.lines.count {
          text += "  \(step.lines.count - lines.count) more; --verbose prints them\n"
        }
      }
      if plan.isEmpty { text += "nothing to do\n" }
      for name in plan.left { text += "left alone: \(name), of kube-proxy\n" }
      return text
    }

    /// What has been done, and how long each step took.
    func done(_ durations: [Duration]) -> String {
      var text = ""
      for (step, duration) in zip(plan.steps, durations) {
        let time = String(format: "%.1f ms", duration / .milliseconds(1))
        text += "\(step.name): \(step.removes ? "deleted" : "programmed") in \(time)\n"
      }
      return text
    }

    /// `add 1 table, 3 chains; delete 2 elements`
    private static func changes(_ counts: ChangeCounts) -> String {
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
      let parts = [list("add", \.added), list("delete", \.removed)].compactMap(\.self)
      return parts.isEmpty ? "change properties" : parts.joined(separator: "; ")
    }
  }
#endif
