import KubernetesObjects

/// A mistake that was found.
public struct Finding: Hashable, Sendable {
  /// Another place that has to do with it.
  public struct Related: Hashable, Sendable {
    public var position: SourcePosition
    public var message: String

    public init(_ message: String, at position: SourcePosition) {
      self.position = position
      self.message = message
    }
  }

  public var check: Check
  /// The check's, except where everything of an input counts as an error.
  public var severity: CheckSeverity
  /// `Service`, `EndpointSlice`; nil where that is not known.
  public var kind: String?
  /// As people write it: `shop/web`. Nil for what is no object.
  public var object: String?
  /// The Service that the object belongs to, where it is none itself: its annotation counts, too.
  public var service: String?
  /// `spec.ports[1].targetPort`; nil: the object as a whole.
  public var field: String?
  /// Nil for what was not written.
  public var position: SourcePosition?
  /// What is wrong, without a full stop.
  public var message: String
  /// What to do.
  public var advice: String
  public var related: [Related] = []

  init(
    _ check: Check, kind: String?, object: String?, field: String?, at position: SourcePosition?, _ message: String,
    advice: String? = nil
  ) {
    self.check = check
    severity = check.severity
    self.kind = kind
    self.object = object
    self.field = field
    self.position = position
    self.message = message
    self.advice = advice ?? check.advice
  }

  /// A finding about a Service.
  init(
    _ check: Check, _ service: Service, field: String? = nil, at position: SourcePosition? = nil, _ message: String,
    advice: String? = nil
  ) {
    self.init(
      check, kind: "Service", object: service.name.description, field: field, at: position ?? service.position, message,
      advice: advice)
  }

  /// A finding about an EndpointSlice; one that was derived or mirrored counts as its Service.
  init(
    _ check: Check, _ slice: EndpointSlice, field: String? = nil, at position: SourcePosition? = nil,
    _ message: String, advice: String? = nil
  ) {
    self.init(
      check, kind: "EndpointSlice", object: slice.name.description, field: field, at: position ?? slice.position,
      message, advice: advice)
    service = slice.owner?.description
  }
}

extension Finding {
  /// The graver check first, then by code, place and words, so that the order of the input never matters.
  static func isBefore(_ a: Finding, _ b: Finding) -> Bool {
    if a.severity != b.severity { return a.severity < b.severity }
    if a.check.code != b.check.code { return a.check.code < b.check.code }
    let places = (a.position ?? SourcePosition.none, b.position ?? SourcePosition.none)
    if places.0 != places.1 { return places.0 < places.1 }
    return (a.object ?? "", a.field ?? "", a.message) < (b.object ?? "", b.field ?? "", b.message)
  }
}

extension SourcePosition {
  fileprivate static let none = SourcePosition(file: 0, line: 0, column: 0)
}
