/// One mistake that is looked for. Findings, of which there may be many, share it.
public final class Check: Hashable, Sendable {
  /// `SVC` and three digits, the first of which is the family. A code stays with its check for ever; that of a check
  /// that is given up is never used again.
  public let code: String
  /// A name in Pascal case, for programs: `SelectorMatchesNoPod`.
  public let name: String
  public let severity: CheckSeverity
  /// What is found, in a few words that begin in lower case.
  public let title: String
  /// What it is.
  public let what: String
  /// Why it matters.
  public let why: String
  /// What to do, for `--explain`.
  public let remedy: String
  /// What to do, in one sentence, where a finding says nothing better.
  public let advice: String
  /// A manifest that has the mistake.
  public let example: String

  init(
    _ code: String, _ name: String, _ severity: CheckSeverity, _ title: String, what: String, why: String,
    remedy: String, advice: String, example: String
  ) {
    self.code = code
    self.name = name
    self.severity = severity
    self.title = title
    self.what = what
    self.why = why
    self.remedy = remedy
    self.advice = advice
    self.example = example
  }

  public static func == (a: Check, b: Check) -> Bool { a.code == b.code }
  public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension Check {
  /// All checks, by code.
  public static let all: [Check] = CheckFamily.allCases.flatMap { $0.checks }

  private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// The check with a code, in capital letters or not.
  public static func named(_ code: String) -> Check? { byCode[code.uppercased()] }

  /// The family that its code belongs to.
  public var family: CheckFamily? { CheckFamily.allCases.first { $0.checks.contains(self) } }
}

/// Checks that look at the same things; the hundreds of their codes.
public enum CheckFamily: String, Hashable, Sendable, CaseIterable {
  case input = "Input"
  case selector = "Selectors and Pods"
  case endpoints = "Endpoints"
  case frontends = "Addresses and ports"
  case loadBalancer = "Load balancers"
  case traffic = "Policies and topology"
  case kind = "Kinds of Services"
  case deprecation = "Deprecated fields"
  case name = "Names"

  /// By code.
  public var checks: [Check] {
    switch self {
    case .input: InputChecks.checks
    case .selector: SelectorChecks.checks
    case .endpoints: EndpointChecks.checks
    case .frontends: FrontendChecks.checks
    case .loadBalancer: LoadBalancerChecks.checks
    case .traffic: TrafficChecks.checks
    case .kind: KindChecks.checks
    case .deprecation: DeprecationChecks.checks
    case .name: NameChecks.checks
    }
  }
}
