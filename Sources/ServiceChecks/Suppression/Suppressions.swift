import KubernetesObjects

/// What annotations and the file say to leave unsaid, and whether that is ever used.
struct Suppressions {
  /// The annotation of one object.
  private struct Annotation {
    var kind: String
    var object: String
    var service: String?
    var position: SourcePosition
    /// Codes that exist, and whether they were used.
    var codes: [(code: String, isUsed: Bool)] = []
    var mistakes: [String] = []
  }

  private var annotations: [Annotation] = []
  /// Annotations by `Kind namespace/name`.
  private var indices: [String: Int] = [:]
  private let file: IgnoreFile?
  private var usedEntries: Set<Int> = []

  init(_ objects: ObjectSet, file: IgnoreFile?) {
    self.file = file
    for service in objects.services {
      guard let annotation = service.annotations[Service.ignoredChecksAnnotation] else { continue }
      add(annotation, kind: "Service", object: service.name.description, service: nil)
    }
    for slice in objects.slices {
      guard let annotation = slice.ignoredChecks else { continue }
      add(
        annotation, kind: "EndpointSlice", object: slice.name.description, service: slice.owner?.description)
    }
  }

  private mutating func add(_ written: Located<String>, kind: String, object: String, service: String?) {
    var annotation = Annotation(kind: kind, object: object, service: service, position: written.position)
    let words = written.value.split { $0 == "," || $0.isWhitespace }.map(String.init)
    for word in words {
      if let problem = Suppressions.problem(with: word) {
        annotation.mistakes.append(problem)
      } else {
        annotation.codes.append((word.uppercased(), false))
      }
    }
    if words.isEmpty { annotation.mistakes.append("the annotation names no code") }
    indices["\(kind) \(object)"] = annotations.count
    annotations.append(annotation)
  }

  /// Why a word is no code that can be suppressed; nil: it is one.
  static func problem(with word: String) -> String? {
    guard let check = Check.named(word) else {
      let near = nearestWord(to: word.uppercased(), among: Check.all.map(\.code))
      return "there is no check \"\(word)\"" + (near.map { "; did you mean \($0)?" } ?? "")
    }
    switch check {
    case InputChecks.unreadable, InputChecks.badSuppression, InputChecks.unusedSuppression:
      return "\(check.code) cannot be suppressed"
    default: return nil
    }
  }

  /// Those that nothing suppresses.
  mutating func kept(_ findings: [Finding]) -> [Finding] {
    guard !annotations.isEmpty || !(file?.entries.isEmpty ?? true) else { return findings }
    return findings.filter { !suppresses($0) }
  }

  private mutating func suppresses(_ finding: Finding) -> Bool {
    var isSuppressed = false
    // What reading has to say is known by name alone.
    let owners =
      (finding.object.map { object in
        (finding.kind.map { [$0] } ?? ["Service", "EndpointSlice"]).map { "\($0) \(object)" }
      } ?? [])
      + (finding.service.map { ["Service \($0)"] } ?? [])
    for owner in owners {
      guard let index = indices[owner] else { continue }
      for place in annotations[index].codes.indices
      where annotations[index].codes[place].code == finding.check.code {
        annotations[index].codes[place].isUsed = true
        isSuppressed = true
      }
    }
    for (index, entry) in (file?.entries ?? []).enumerated() where entry.matches(finding) {
      usedEntries.insert(index)
      isSuppressed = true
    }
    return isSuppressed
  }

  /// What is wrong with the suppressions, once all findings were seen.
  ///
  /// - Parameter fileNumber: that of the file in the result.
  func findings(fileNumber: UInt32) -> [Finding] {
    var findings: [Finding] = []
    for annotation in annotations {
      func add(_ check: Check, _ message: String) {
        var finding = Finding(
          check, kind: annotation.kind, object: annotation.object, field: "metadata.annotations",
          at: annotation.position, message)
        finding.service = annotation.service
        findings.append(finding)
      }
      for mistake in annotation.mistakes { add(InputChecks.badSuppression, mistake) }
      for code in annotation.codes where !code.isUsed {
        add(InputChecks.unusedSuppression, "\(code.code) is not found here")
      }
    }
    guard let file else { return findings }
    func position(_ line: UInt32) -> SourcePosition { SourcePosition(file: fileNumber, line: line, column: 1) }
    for mistake in file.mistakes {
      findings.append(
        Finding(
          InputChecks.badSuppression, kind: nil, object: nil, field: nil, at: position(mistake.line), mistake.message))
    }
    for (index, entry) in file.entries.enumerated() where !usedEntries.contains(index) {
      findings.append(
        Finding(
          InputChecks.unusedSuppression, kind: nil, object: nil, field: nil, at: position(entry.line),
          "\(entry.code) is not found for \(entry.object)"))
    }
    return findings
  }
}
