#if Agent
  import KubernetesObjects
  import LivePlan
  import NIOCore

  /// Objects of an answer.
  struct DecodedObjects {
    var objects: ObjectSet
    var versions: [NamespacedName: UInt64] = [:]

    /// What is wrong with those that were left out.
    var invalid: [String] {
      objects.diagnostics.filter { $0.severity == .error || $0.message.hasSuffix("; the object is left out") }
        .map { $0.text(files: []) }
    }

  }

  extension DecodedObjects {
    /// - Parameter nodes: an object, or a list.
    init(_ node: DocumentNode) {
      var reader = ObjectReader(options: ObjectReader.Options(skipInvalid: true))
      reader.read(node)
      objects = reader.finish()
    }
  }

  /// The `metadata` of an object, or of a list.
  struct ObjectMetadata {
    var name: NamespacedName
    var version: String?
    /// Where a list goes on.
    var continuation: String?
    /// A bookmark that ends the initial state.
    var endsInitialEvents: Bool

    init(_ object: DocumentNode) {
      let metadata = object["metadata"]
      name = NamespacedName(namespace: metadata?["namespace"]?.string ?? "", name: metadata?["name"]?.string ?? "")
      version = metadata?["resourceVersion"]?.string
      continuation = metadata?["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
      endsInitialEvents = metadata?["annotations"]?["k8s.io/initial-events-end"]?.string == "true"
    }

    var number: UInt64? { version.flatMap { UInt64($0) } }
  }

  extension ByteBuffer {
    /// - Throws: ``APIFailure/malformed(_:)``
    func document(_ what: String) throws -> DocumentNode {
      let (documents, diagnostics) = withUnsafeReadableBytes { DocumentTree.read($0, named: what, format: .json) }
      if let problem = diagnostics.first { throw APIFailure.malformed(problem.text(files: [what])) }
      guard let root = documents.first?.root, root.kind == .mapping else {
        throw APIFailure.malformed("\(what): expected an object")
      }
      return root
    }
  }
#endif
