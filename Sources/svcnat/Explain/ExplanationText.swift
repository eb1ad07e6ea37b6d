import Explanation
import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// An explanation for people: what happens first, then why, then the rules.
struct ExplanationText {
  private static let width = 100
  /// Backends of one frontend that are listed.
  private static let shownBackends = 20

  private var lines: [String] = []

  var text: String { lines.map { $0 + "\n" }.joined() }

  init(_ explanation: Explanation, assumptions: [String]) {
    write(explanation, assumptions)
    // Whatever was last left a line free for what could have followed.
    while lines.last == "" { lines.removeLast() }
  }

  private mutating func write(_ explanation: Explanation, _ assumptions: [String]) {
    switch explanation.question.subject {
    case .name(let answer):
      wrap(answer.headline)
      for reason in answer.reasons { item(reason) }
      write(answer.records)
      blank()
    case .packet(let source, let destination):
      field("from", "\(source.address), \(source.words)")
      field("to", destination.words(explanation.frontend))
      field("node", explanation.question.node + (explanation.question.zone.map { ", zone \($0)" } ?? ""))
      for choice in destination.choices { field("note", choice.words) }
      blank()
      write(explanation.answers, explanation.differences, source, destination)
      for answer in explanation.answers { writeRules(of: answer) }
      for assumption in assumptions { wrap("assumed: \(assumption)") }
    }
  }

  // MARK: - Answers

  private mutating func write(
    _ answers: [Answer], _ differences: [Difference], _ source: Source, _ destination: Destination
  ) {
    let reasons = answers.map { $0.findings.map(\.sentence) }
    let groups = Dictionary(grouping: answers.indices) { index in
      answers.indices.first { answers[$0].isSame(as: answers[index]) && reasons[$0] == reasons[index] } ?? index
    }
    if !differences.isEmpty {
      let column = answers.map(\.ruleSet.count).max() ?? 0
      for answer in answers {
        let name = answer.ruleSet + String(repeating: " ", count: column - answer.ruleSet.count)
        lines.append("\(name)  \(answer.headline(source, destination))")
      }
      for difference in differences { wrap("They differ: \(difference.sentence).") }
      blank()
    }
    for (first, members) in groups.sorted(by: { $0.key < $1.key }) {
      wrap(
        "\(members.map { answers[$0].ruleSet }.joined(separator: ", ")): \(answers[first].headline(source, destination))"
      )
      write(answers[first].backends)
      for reason in reasons[first] { item(reason) }
      if case .unknown(let error) = answers[first].verdict { item(error.description) }
      blank()
    }
  }

  private mutating func write(_ backends: [Answer.ReachedBackend]) {
    let shown = backends.prefix(ExplanationText.shownBackends)
    let isMixed = Set(backends.map(\.isSourceRewritten)).count > 1
    let rows = shown.map { backend -> [String] in
      [
        Percent.text(backend.probability), backend.socket,
        backend.words + (isMixed && backend.isSourceRewritten ? ", source rewritten" : ""),
      ]
    }
    let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let percent = String(repeating: " ", count: widths[0] - row[0].count) + row[0]
      let socket = row[1] + String(repeating: " ", count: widths[1] - row[1].count)
      lines.append(row[2].isEmpty ? "  \(percent)  \(row[1])" : "  \(percent)  \(socket)  \(row[2])")
    }
    if backends.count > shown.count { lines.append("  and \(backends.count - shown.count) more") }
  }

  private mutating func writeRules(of answer: Answer) {
    guard let outcome = answer.outcome else { return }
    var trace = TraceText()
    trace.width = ExplanationText.width - 2
    let rules = trace.lines(outcome)
    if rules.isEmpty {
      lines.append("rules of \(answer.ruleSet): none matches")
    } else {
      lines.append("rules of \(answer.ruleSet):")
      lines += rules.map { "  " + $0 }
    }
    blank()
  }

  private mutating func write(_ records: [DNSRecord]) {
    if records.isEmpty { return }
    blank()
    lines.append("cluster DNS answers:")
    for record in records.prefix(ExplanationText.shownBackends) { lines.append("  \(record)") }
    if records.count > ExplanationText.shownBackends {
      lines.append("  and \(records.count - ExplanationText.shownBackends) more")
    }
  }

  // MARK: - Lines

  private mutating func wrap(_ text: String, indent: String = "") {
    lines += TextWrapping.lines(text, width: ExplanationText.width, first: indent, rest: indent + "  ")
  }

  private mutating func field(_ name: String, _ value: String) {
    let first = name + String(repeating: " ", count: 6 - name.count)
    lines += TextWrapping.lines(
      value, width: ExplanationText.width, first: first, rest: String(repeating: " ", count: 6))
  }

  private mutating func item(_ text: String) {
    lines += TextWrapping.lines(text, width: ExplanationText.width, first: "  - ", rest: "    ")
  }

  private mutating func blank() {
    if lines.last != "" { lines.append("") }
  }
}
