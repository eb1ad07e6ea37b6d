import Explanation
import Foundation
import KubernetesObjects
import NetworkAddresses
import RuleEvaluator
import ServicePlan

/// An explanation for programs: one JSON object. Fields are only ever added within a version.
struct ExplanationDocument: Encodable {
  var version = 1
  var question: Asked
  var node: Node
  var assumptions: [String]
  var source: Source?
  var destination: Destination?
  var name: Name?
  var answers: [RuleSetAnswer]
  var differences: [Reason]

  struct Asked: Encodable {
    var from: String
    var to: String
  }

  struct Node: Encodable {
    var name: String
    var zone: String?
  }

  struct Source: Encodable {
    var address: String
    /// `pod`, `external`, `node` or `localhost`
    var origin: String
    var interface: String?
    var text: String
  }

  struct Destination: Encodable {
    var address: String
    var port: UInt16
    var `protocol`: String
    var notes: [String]
  }

  struct Name: Encodable {
    /// `unknown`, `ambiguous`, `unknown-port`, `headless`, `external-name`, `not-allocated`
    var kind: String
    var text: String
    var reasons: [String]
    var services: [String]
    var records: [Record]
  }

  struct Record: Encodable {
    var name: String
    var type: String
    var value: String
  }

  struct RuleSetAnswer: Encodable {
    var ruleSet: String
    /// `dnat`, `reject`, `drop`, `accept`, `no-match`, `mixed` or `unknown`
    var verdict: String
    var error: String?
    var frontend: FrontendDocument?
    /// `yes`, `no` or `some`
    var sourceRewritten: String?
    var backends: [Backend]
    var reasons: [Reason]
    var rules: Rules?
  }

  struct FrontendDocument: Encodable {
    var kind: String
    var namespace: String
    var service: String
    var port: String
    var number: UInt16
  }

  struct Backend: Encodable {
    var address: String
    var port: UInt16
    /// A fraction, exact.
    var probability: String
    var percent: Double
    /// What the rules ask for.
    var masqueraded: Bool
    /// What becomes of it: no packet is masqueraded that is delivered on the node itself.
    var sourceRewritten: Bool
    var pod: String?
    var node: String?
    var zone: String?
    var ready: Bool?
    var serving: Bool?
    var terminating: Bool?
  }

  struct Reason: Encodable {
    var code: String
    var text: String
  }

  struct Rules: Encodable {
    /// What all branches begin with.
    var common: [Step]
    var branches: [Branch]
  }

  struct Branch: Encodable {
    var end: String
    var probability: String
    var steps: [Step]
  }

  struct Step: Encodable {
    var hook: String
    var table: String
    var chain: String
    /// From 1.
    var number: Int
    var rule: String
    var element: String?
    var servicePort: String?
  }
}

extension ExplanationDocument {
  init(_ explanation: Explanation, from: String, to: String, assumptions: [String]) {
    question = Asked(from: from, to: to)
    node = Node(name: explanation.question.node, zone: explanation.question.zone)
    self.assumptions = assumptions
    answers = explanation.answers.map(RuleSetAnswer.init)
    differences = explanation.differences.map { Reason(code: $0.rawValue, text: $0.sentence) }
    switch explanation.question.subject {
    case .name(let answer): name = Name(answer)
    case .packet(let source, let destination):
      self.source = Source(
        address: source.address.description, origin: source.origin.rawValue,
        interface: source.interface.isEmpty ? nil : source.interface, text: source.words)
      self.destination = Destination(
        address: destination.address.description, port: destination.port, protocol: destination.transport.word,
        notes: destination.choices.map(\.words))
    }
  }

  /// With a line end at its end.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }
}

extension ExplanationDocument.Name {
  init(_ answer: NameAnswer) {
    text = answer.headline
    reasons = answer.reasons
    records = answer.records.map {
      ExplanationDocument.Record(name: $0.name, type: $0.kind.rawValue, value: $0.value)
    }
    (kind, services) =
      switch answer {
      case .unknown(_, _, let elsewhere, let similar): ("unknown", (elsewhere + similar).map(\.description))
      case .ambiguous(_, let services): ("ambiguous", services.map(\.description))
      case .unknownPort(_, let ports): ("unknown-port", [ports.service.description])
      case .headless(let headless): ("headless", [headless.service.description])
      case .externalName(let service, _, _): ("external-name", [service.description])
      case .notAllocated(let service): ("not-allocated", [service.description])
      }
  }
}

extension ExplanationDocument.RuleSetAnswer {
  init(_ answer: Answer) {
    ruleSet = answer.ruleSet
    switch answer.verdict {
    case .outcome(let outcome): verdict = outcome.rawValue
    case .mixed: verdict = "mixed"
    case .unknown(let problem):
      verdict = "unknown"
      error = problem.description
    }
    frontend = answer.frontend.map {
      ExplanationDocument.FrontendDocument(
        kind: $0.kind.rawValue, namespace: $0.servicePort.service.namespace, service: $0.servicePort.service.name,
        port: $0.servicePort.port, number: $0.plan.port)
    }
    sourceRewritten = answer.masquerading?.rawValue
    backends = answer.backends.map(ExplanationDocument.Backend.init)
    reasons = answer.findings.map { ExplanationDocument.Reason(code: $0.code, text: $0.sentence) }
    rules = answer.outcome.map(ExplanationDocument.Rules.init)
  }
}

extension ExplanationDocument.Backend {
  init(_ backend: Answer.ReachedBackend) {
    address = backend.address.description
    port = backend.port
    probability = backend.probability.description
    percent = (backend.probability.value * 1_000_000).rounded() / 10_000
    masqueraded = backend.isMasqueraded
    sourceRewritten = backend.isSourceRewritten
    pod = backend.facts?.pod?.description
    node = backend.facts?.nodeName
    zone = backend.facts?.zone
    ready = backend.facts?.isReady
    serving = backend.facts?.isServing
    terminating = backend.facts?.isTerminating
  }
}

extension ExplanationDocument.Rules {
  init(_ outcome: Outcome) {
    let isOne = outcome.branches.count == 1
    common = (isOne ? outcome.branches.flatMap(outcome.steps) : outcome.commonSteps).map(ExplanationDocument.Step.init)
    branches = outcome.branches.map { branch in
      ExplanationDocument.Branch(
        end: branch.fate.words, probability: branch.probability.description,
        steps: isOne ? [] : outcome.ownSteps(of: branch).map(ExplanationDocument.Step.init))
    }
  }
}

extension ExplanationDocument.Step {
  init(_ step: Trace.Step) {
    hook = step.hook.rawValue
    table = step.table
    chain = step.chain
    number = step.index + 1
    rule = step.rule
    element = step.elementText
    servicePort = step.servicePort
  }
}
