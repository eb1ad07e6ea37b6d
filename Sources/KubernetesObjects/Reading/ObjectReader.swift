/// Reads Kubernetes objects from YAML and JSON.
///
/// Give it one input after another with ``read(_:named:format:)``, then take everything with ``finish()``. Nothing
/// throws: what is wrong becomes a ``Diagnostic`` with its place, and reading goes on as far as it can. A list is read
/// item by item, so that a dump of a whole cluster needs little more memory than the objects that are kept.
public struct ObjectReader {
  public struct Options: Hashable, Sendable {
    /// Leave out objects, and documents, that contain an error, and say so in a warning, instead of reporting the error.
    public var skipInvalid: Bool
    /// Read the Pod templates of Deployments and other workloads, too. They have no effect on rules; what is wrong in
    /// them is passed over.
    public var readsPodTemplates: Bool

    public init(skipInvalid: Bool = false, readsPodTemplates: Bool = false) {
      self.skipInvalid = skipInvalid
      self.readsPodTemplates = readsPodTemplates
    }
  }

  private let options: Options
  private var objects = ObjectSet()
  private var log = DiagnosticLog()
  private let pool = StringPool()
  private var fileNumbers: [String: UInt32] = [:]
  /// Where each object was defined.
  private var definitions: [Definition: SourcePosition] = [:]

  public init(options: Options = Options()) {
    self.options = options
  }

  /// Reads all objects of one input.
  ///
  /// - Parameters:
  ///   - bytes: the whole text; it is not needed afterwards.
  ///   - file: the name for messages; it becomes one of ``ObjectSet/files``.
  ///   - format: nil decides by the extension of `file`, or else by the content.
  public mutating func read(_ bytes: UnsafeRawBufferPointer, named file: String, format: InputFormat? = nil) {
    let number = number(of: file)
    guard !ByteOrderMark.isWide(bytes) else {
      report(
        SyntaxProblem(line: 1, column: 1, message: "the text is UTF-16 or UTF-32; convert it to UTF-8"), in: number)
      return
    }
    switch format ?? InputFormat(fileName: file) ?? InputFormat(content: bytes) {
    case .json:
      guard var scanner = JSONScanner(bytes, skippingManagedFields: true) else { return }
      readDocuments(of: &scanner, bytes, number)
    case .yaml:
      var source = YAMLSource(bytes, skippingManagedFields: true)
      readDocuments(of: &source, bytes, number)
    }
  }

  /// Reads the object, or list of objects, that a part of a document is.
  public mutating func read(_ node: DocumentNode) {
    let number = number(of: node.tree.file)
    node.tree.withView { decode(node.index, in: $0, number, header: ListHeader()) }
  }

  /// Everything that was read.
  public consuming func finish() -> ObjectSet {
    objects.diagnostics = log.finish()
    return objects
  }

  private mutating func number(of file: String) -> UInt32 {
    if let number = fileNumbers[file] { return number }
    let number = UInt32(objects.files.count)
    objects.files.append(file)
    fileNumbers[file] = number
    return number
  }
}

// MARK: - Documents

extension ObjectReader {
  private mutating func readDocuments(
    of source: inout some DocumentSource, _ bytes: UnsafeRawBufferPointer, _ file: UInt32
  ) {
    var tape = Tape()
    var problems = 0
    while true {
      do throws(SyntaxProblem) {
        guard try source.nextDocument() else { return }
        try readDocument(of: &source, bytes, &tape, file)
      } catch {
        report(error, in: file)
        problems += 1
        guard problems < ReadingLimit.syntaxProblems, source.recover(after: error) else { return }
      }
      tape.reset()
    }
  }

  private mutating func readDocument(
    of source: inout some DocumentSource, _ bytes: UnsafeRawBufferPointer, _ tape: inout Tape, _ file: UInt32
  ) throws(SyntaxProblem) {
    guard try source.shape() == .mapping else {
      let root = try source.value(into: &tape)
      tape.withView(of: bytes) { decode(root, in: $0, file, header: ListHeader()) }
      return
    }
    // Like any value, but for the items of a list, which are decoded one by one and not kept on the tape.
    let root = try source.enter(&tape)
    var pairs = 0
    var hasItems = false
    while let key = try source.nextKey(into: &tape) {
      let isItems = tape.withView(of: bytes) { $0.text(key, is: "items") }
      if isItems, try source.shape() == .sequence, mayBeList(root, in: tape, bytes) {
        if hasItems {
          tape.withView(of: bytes) { problem(at: key, in: $0, file, "items is given twice") }
        }
        hasItems = true
        tape.nodes.removeLast()
        try readItems(of: &source, bytes, &tape, root, file)
      } else {
        let value = try source.value(into: &tape)
        tape.nodes[value].hasKey = true
        pairs += 1
      }
    }
    try source.end(root, pairs: pairs, in: &tape)
    tape.withView(of: bytes) { view in
      if hasItems, header(of: root, in: view).isList {
        checkList(root, in: view, file)
      } else {
        decode(root, in: view, file, header: ListHeader())
      }
    }
  }

  /// Reads the list at hand, the `items` of the mapping at `root` of the tape.
  private mutating func readItems(
    of source: inout some DocumentSource, _ bytes: UnsafeRawBufferPointer, _ tape: inout Tape, _ root: Int,
    _ file: UInt32
  ) throws(SyntaxProblem) {
    let list = try source.enter(&tape)
    let mark = tape.mark
    var known: ListHeader?
    while try source.nextElement() {
      if let known, !known.isList {
        try source.skipValue()
        continue
      }
      let item = try source.value(into: &tape)
      let needsHeader = tape.withView(of: bytes) { $0.value(of: "kind", in: item) == nil }
      if needsHeader, known == nil {
        // `kind` may stand in front of the items, or behind them as in an alphabetical order.
        let front = tape.withView(of: bytes) { header(of: root, end: list, in: $0) }
        known = front.kind == nil ? source.listHeaderAhead() : front
        if known?.apiVersion == nil { known?.apiVersion = front.apiVersion }
        if let kind = known?.kind, !kind.hasSuffix("List") {
          tape.truncate(to: mark)
          continue
        }
      }
      tape.withView(of: bytes) { decode(item, in: $0, file, header: known ?? ListHeader(), isItem: true) }
      tape.truncate(to: mark)
    }
    tape.nodes.removeLast()
  }

  /// Whether nothing that was read so far says that the mapping at `root` is no list.
  private func mayBeList(_ root: Int, in tape: Tape, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let known = tape.withView(of: bytes) { header(of: root, end: tape.nodes.count - 1, in: $0) }
    return known.kind == nil || known.isList
  }

  private func header(of root: Int, in view: TapeView) -> ListHeader {
    header(of: root, end: view.end(root), in: view)
  }

  private func header(of root: Int, end: Int, in view: TapeView) -> ListHeader {
    var header = ListHeader()
    for (key, value) in PairIndices(view: view, position: root + 1, end: end) where view.kind(value) == .string {
      if view.text(key, is: "kind") { header.kind = view.string(value) }
      if view.text(key, is: "apiVersion") { header.apiVersion = view.string(value) }
    }
    return header
  }

  /// Warns if a list is one page of more.
  private mutating func checkList(_ root: Int, in view: TapeView, _ file: UInt32) {
    guard let metadata = view.value(of: "metadata", in: root),
      let token = view.value(of: "continue", in: metadata), view.kind(token) == .string, view[token].length > 0
    else { return }
    var decoder = ObjectDecoder(view, root: root, file: file, pool: pool)
    decoder.warning("the list is not complete: the server has more items than this page", at: token)
    log.add(decoder.diagnostics)
  }
}

// MARK: - Objects

extension ObjectReader {
  /// The kinds that are read, in the apiVersion they are read of.
  private enum Kind: String, CaseIterable {
    case service = "Service"
    case endpointSlice = "EndpointSlice"
    case node = "Node"
    case serviceCIDR = "ServiceCIDR"
    case pod = "Pod"
    case endpoints = "Endpoints"

    var isNamespaced: Bool { self != .node && self != .serviceCIDR }

    var apiVersion: String {
      switch self {
      case .service, .node, .pod, .endpoints: "v1"
      case .endpointSlice: "discovery.k8s.io/v1"
      case .serviceCIDR: "networking.k8s.io/v1"
      }
    }
  }

  private struct Definition: Hashable {
    var kind: Kind
    var name: NamespacedName
  }

  /// Decodes the value at `index`: an object or a list of some.
  ///
  /// - Parameters:
  ///   - list: what the list says whose item it is.
  ///   - isItem: it must be an object, where a document may be empty.
  private mutating func decode(
    _ index: Int, in view: TapeView, _ file: UInt32, header list: ListHeader, isItem: Bool = false
  ) {
    if !isItem, view.kind(index) == .null { return }
    guard view.kind(index) == .mapping else {
      problem(at: index, in: view, file, "expected a Kubernetes object, found \(view.description(of: index))")
      return
    }
    guard let kind = text(of: "kind", at: index, in: view, file, inherited: list.itemKind, hint: hint(index, view)),
      let apiVersion = text(of: "apiVersion", at: index, in: view, file, inherited: list.itemAPIVersion, hint: "")
    else { return }
    if kind.hasSuffix("List"), let items = view.value(of: "items", in: index) {
      let header = ListHeader(kind: kind, apiVersion: apiVersion)
      switch view.kind(items) {
      case .sequence:
        for item in view.elements(of: items) { decode(item, in: view, file, header: header, isItem: true) }
      case .null: break
      default: problem(at: items, in: view, file, root: index, "expected a list, found \(view.description(of: items))")
      }
      checkList(index, in: view, file)
    } else if let known = Kind(rawValue: kind), known.apiVersion == apiVersion {
      decode(known, index, in: view, file)
    } else if kind != "List" {
      objects.passedOver["\(apiVersion) \(kind)", default: 0] += 1
      if options.readsPodTemplates, let workload = Workload(kind: kind, apiVersion: apiVersion) {
        var decoder = ObjectDecoder(view, root: index, file: file, pool: pool)
        if let template = decoder.podTemplate(of: workload) { objects.podTemplates.append(template) }
      }
      if let known = Kind(rawValue: kind) {
        var decoder = ObjectDecoder(view, root: index, file: file, pool: pool)
        decoder.isNamespaced = known.isNamespaced
        decoder.warning(
          "an object of this apiVersion is not read, only \(kind) of \(known.apiVersion); passed over",
          at: view.value(of: "apiVersion", in: index) ?? index)
        log.add(decoder.diagnostics)
      }
    }
  }

  private mutating func decode(_ kind: Kind, _ index: Int, in view: TapeView, _ file: UInt32) {
    var decoder = ObjectDecoder(view, root: index, file: file, pool: pool)
    switch kind {
    case .service: keep(kind, decoder.service(), \.services, decoder) { ($0.name, $0.position) }
    case .endpointSlice: keep(kind, decoder.endpointSlice(), \.slices, decoder) { ($0.name, $0.position) }
    case .node:
      keep(kind, decoder.node(), \.nodes, decoder) { (NamespacedName(namespace: "", name: $0.name), $0.position) }
    case .serviceCIDR:
      keep(kind, decoder.serviceCIDR(), \.serviceCIDRs, decoder) {
        (NamespacedName(namespace: "", name: $0.name), $0.position)
      }
    case .pod: keep(kind, decoder.pod(), \.pods, decoder) { ($0.name, $0.position) }
    case .endpoints: keep(kind, decoder.endpoints(), \.endpoints, decoder) { ($0.name, $0.position) }
    }
  }

  /// Takes an object over unless it has errors or was defined before.
  private mutating func keep<Object>(
    _ kind: Kind, _ object: Object?, _ list: WritableKeyPath<ObjectSet, [Object]>, _ decoder: ObjectDecoder,
    identity: (Object) -> (NamespacedName, SourcePosition)
  ) {
    log.add(decoder.diagnostics, suppressed: decoder.suppressed, leavingOut: options.skipInvalid && decoder.hasErrors)
    // What is left out leaves its name to another; what is wrong otherwise still counts as a definition.
    guard let object, !(options.skipInvalid && decoder.hasErrors) else { return }
    let (name, position) = identity(object)
    let definition = Definition(kind: kind, name: name)
    if let first = definitions.updateValue(position, forKey: definition) {
      definitions[definition] = first
      let place = "\(objects.files[Int(first.file)]):\(first.line):\(first.column)"
      let diagnostic = Diagnostic(
        .error, at: position, object: name.description, "this \(kind.rawValue) was defined before, at \(place)")
      log.add([diagnostic], leavingOut: options.skipInvalid)
      return
    }
    if !decoder.hasErrors { objects[keyPath: list].append(object) }
  }

  /// `kind` or `apiVersion`, which an object must have unless its list says it.
  private mutating func text(
    of field: StaticString, at index: Int, in view: TapeView, _ file: UInt32, inherited: String?, hint: String
  ) -> String? {
    if let value = view.value(of: field, in: index), view.kind(value) != .null {
      if view.kind(value) == .string, view[value].length > 0 { return pool.string(view.bytes(value)) }
      problem(at: value, in: view, file, root: index, "expected a string, found \(view.description(of: value))")
      return nil
    }
    if let inherited { return inherited }
    problem(
      at: index, in: view, file, "expected a Kubernetes object with apiVersion and kind; \(field) is missing\(hint)")
    return nil
  }

  /// What a document without a kind may be.
  private func hint(_ index: Int, _ view: TapeView) -> String {
    if view.value(of: "resources", in: index) != nil || view.value(of: "bases", in: index) != nil {
      return " (a kustomization? render it first with `kubectl kustomize`)"
    }
    if view.value(of: "appVersion", in: index) != nil || view.value(of: "image", in: index) != nil
      || view.value(of: "replicaCount", in: index) != nil
    {
      return " (a part of a Helm chart? render it first with `helm template`)"
    }
    return ""
  }
}

// MARK: - Diagnostics

extension ObjectReader {
  private mutating func problem(
    at index: Int, in view: TapeView, _ file: UInt32, root: Int? = nil, _ message: String
  ) {
    var decoder = ObjectDecoder(view, root: root ?? index, file: file, pool: pool)
    decoder.error(message, at: index)
    log.add(decoder.diagnostics, leavingOut: options.skipInvalid)
  }

  private mutating func report(_ problem: SyntaxProblem, in file: UInt32) {
    let position = SourcePosition(file: file, line: problem.line, column: problem.column)
    let what = options.skipInvalid ? "; the rest of the document is left out" : ""
    log.add([Diagnostic(options.skipInvalid ? .warning : .error, at: position, problem.message + what)])
  }
}
