import KubernetesObjects

/// SVC0xx: what reading the input has to say, and suppressions.
enum InputChecks {
  static let refused = Check(
    "SVC001", "ObjectIsRefused", .error, "an object that an API server refuses",
    what: "A field has a value that the API does not allow, or a field that must be there is missing.",
    why: "`kubectl apply` fails, and with it often the whole release. Nothing else is checked of this object.",
    remedy: "Correct the value; the message names the field and what is expected.",
    advice: "Correct the value: nothing else was checked of this object.",
    example: """
      spec:
        ports:
        - {port: 80, protocol: TPC}     # TCP, UDP or SCTP
      """)

  static let unreadable = Check(
    "SVC002", "InputIsUnreadable", .error, "text that cannot be read",
    what: "The text is neither YAML nor JSON, or a document in it is no Kubernetes object.",
    why:
      "What comes behind it is unknown: other findings may be missing, or wrong because of that. The exit status is 2, "
      + "and the finding cannot be suppressed.",
    remedy: "Correct the text. Templates have to be rendered first: `helm template`, `kubectl kustomize`.",
    advice: "Correct the text; templates have to be rendered first.",
    example: """
      metadata:
        name: {{ .Release.Name }}       # a template
      """)

  static let odd = Check(
    "SVC003", "ValueIsPassedOver", .warning, "a value that is passed over or read as another",
    what: "A value is not what it seems: an address with leading zeros, an endpoint without an address, a slice that "
      + "names no Service, a list that is one page of several.",
    why: "A proxy leaves it out, or reads it differently from other programs, without a word.",
    remedy: "Write the value that is meant, or remove it.",
    advice: "Write the value that is meant, or remove it.",
    example: """
      spec:
        externalIPs: [198.51.100.012]   # read as 198.51.100.12
      """)

  static let badSuppression = Check(
    "SVC004", "SuppressionIsUnknown", .warning, "a suppression that names no check",
    what:
      "The annotation `svcnat/ignore`, or a line of the file of `--ignore-file`, has a code that does not exist, or "
      + "cannot be read.",
    why: "It suppresses nothing, though somebody meant it to.",
    remedy: "Correct the code; `svcnat check --list` prints all of them.",
    advice: "svcnat check --list prints the codes there are.",
    example: """
      metadata:
        annotations:
          svcnat/ignore: "SVC110"       # no such check
      """)

  static let unusedSuppression = Check(
    "SVC005", "SuppressionIsUnused", .info, "a suppression of something that is not found",
    what: "The annotation `svcnat/ignore`, or a line of the file of `--ignore-file`, names a check that finds nothing "
      + "there.",
    why: "The mistake was mended, or the object renamed. A suppression that stays would hide the next one.",
    remedy: "Remove it.",
    advice: "Remove it, so that it does not hide the next mistake.",
    example: """
      # ignore file
      SVC101 shop/web the Pods come with the next release
      """)

  static let checks = [refused, unreadable, odd, badSuppression, unusedSuppression]

  /// What was said while reading. Notes only count what else there is.
  static func findings(_ diagnostics: [Diagnostic]) -> [Finding] {
    diagnostics.compactMap { diagnostic in
      // A load balancer has a check of its own that sees all its entries.
      guard diagnostic.severity != .note, diagnostic.topic != .loadBalancerHostname else { return nil }
      return Finding(
        check(of: diagnostic), kind: nil, object: diagnostic.object, field: diagnostic.field, at: diagnostic.position,
        diagnostic.message)
    }
  }

  private static func check(of diagnostic: Diagnostic) -> Check {
    switch diagnostic.topic {
    case .sourceRange: LoadBalancerChecks.unreadableRange
    case .affinityTimeout: TrafficChecks.affinityTimeout
    case .sliceSize: EndpointChecks.sliceSize
    case .nodePortGivenTwice: FrontendChecks.sharedNodePort
    case .loadBalancerHostname: odd
    case nil where diagnostic.severity == .warning: odd
    case nil: diagnostic.object == nil ? unreadable : refused
    }
  }
}
