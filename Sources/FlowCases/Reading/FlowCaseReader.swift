import KubernetesObjects
import ServicePlan

/// Reads one case.
struct FlowCaseReader {
  private let file: String
  private var reading = FieldReading()
  /// The objects that are there after what was read so far.
  private var present: Set<ObjectKey> = []

  init(file: String) { self.file = file }

  /// In the order of the text.
  var diagnostics: [Diagnostic] {
    reading.diagnostics.enumerated().sorted { a, b in
      let (first, second) = (a.element.position, b.element.position)
      guard let first, let second, first != second else { return a.offset < b.offset }
      return first < second
    }.map(\.element)
  }

  var hasErrors: Bool { reading.hasErrors }

  private static let head = [
    "name", "area", "description", "requirements", "modes", "since", "notes", "config",
  ]
  private static let body = ["objects", "flows", "healthChecks"]

  /// - Returns: nil where what makes a case is missing; ``diagnostics`` tells.
  mutating func read(_ root: DocumentNode) -> FlowCase? {
    let fields = reading.fields(root, known: FlowCaseReader.head + FlowCaseReader.body + ["steps"])
    let name = reading.name(reading.required("name", fields, of: root))
    let modes = modes(fields["modes"])
    let since = release(fields["since"])
    let configuration = reading.required("config", fields, of: root).flatMap {
      CaseConfigurationReader.read($0, &reading)
    }
    let area = reading.text(fields["area"])
    let summary = reading.text(fields["description"])
    let notes = reading.text(fields["notes"])
    let requirements = reading.elements(fields["requirements"]).compactMap { reading.text($0) }
    let steps = steps(fields, of: root, modes: modes)
    guard let name, let configuration else { return nil }
    return FlowCase(
      name: name, file: file, position: root.position, area: area, summary: summary, requirements: requirements,
      modes: modes, since: since, notes: notes, configuration: configuration, steps: steps,
      hasSteps: fields["steps"] != nil)
  }

  private mutating func modes(_ node: DocumentNode?) -> Set<ProxyMode> {
    guard let node else { return Set(ProxyMode.allCases) }
    let modes = Set(reading.elements(node).compactMap { reading.word($0, ProxyMode.self) })
    if modes.isEmpty, !reading.hasErrors { reading.error("must not be empty", at: node) }
    return modes
  }

  private mutating func release(_ node: DocumentNode?) -> KubeProxyRelease? {
    guard let node else { return nil }
    if let release = node.scalarText.flatMap(KubeProxyRelease.init) { return release }
    reading.error("expected a release such as \"1.37\"", at: node)
    return nil
  }

  // MARK: Steps

  private mutating func steps(
    _ fields: DocumentFields, of root: DocumentNode, modes: Set<ProxyMode>
  ) -> [FlowStep] {
    guard let list = fields["steps"] else {
      let step = FlowStep(
        position: root.position, summary: nil, apply: reading.objects(fields["objects"], present: &present),
        delete: [], zone: nil, conntrack: nil, healthChecks: healthChecks(fields), flows: flows(fields, modes))
      if step.flows.isEmpty, step.healthChecks.isEmpty, !reading.hasErrors {
        reading.error("there is nothing to check: give flows or steps", at: root)
      }
      return [step]
    }
    for key in FlowCaseReader.body {
      if let value = fields[key] { reading.error("stands inside the steps of a case that has steps", at: value) }
    }
    let steps = reading.elements(list).map { step($0, modes: modes) }
    if list.kind == .list, steps.isEmpty { reading.error("must not be empty", at: list) }
    return steps
  }

  private mutating func step(_ node: DocumentNode, modes: Set<ProxyMode>) -> FlowStep {
    let fields = reading.fields(
      node,
      known: [
        "description", "apply", "delete", "nodeZone", "conntrackBefore", "conntrackDeleted", "healthChecks", "flows",
      ])
    return FlowStep(
      position: node.position, summary: reading.text(fields["description"]),
      apply: reading.objects(fields["apply"], present: &present),
      delete: reading.deletions(fields["delete"], present: &present), zone: zone(fields),
      conntrack: reading.conntrack(fields), healthChecks: healthChecks(fields), flows: flows(fields, modes))
  }

  /// Null or an empty text takes the label away.
  private mutating func zone(_ fields: DocumentFields) -> FlowStep.ZoneChange? {
    guard let entry = fields.entries.first(where: { $0.key == "nodeZone" }) else { return nil }
    if entry.value.isNull { return .removed }
    return reading.text(entry.value).map { $0.isEmpty ? .removed : .set($0) }
  }

  private mutating func healthChecks(_ fields: DocumentFields) -> [HealthCheckExpectation] {
    reading.elements(fields["healthChecks"]).compactMap { reading.healthCheck($0) }
  }

  private mutating func flows(_ fields: DocumentFields, _ modes: Set<ProxyMode>) -> [Flow] {
    reading.elements(fields["flows"]).compactMap { reading.flow($0, modes: modes) }
  }
}
