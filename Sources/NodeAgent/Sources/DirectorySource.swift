#if Agent && os(Linux)
  import Foundation
  import Glibc
  import KubernetesAPI
  import KubernetesObjects
  import LivePlan

  /// A directory of manifests in place of an API server: read at the start and whenever something in it changes.
  public struct DirectorySource: Sendable {
    private let path: String
    private let nodeName: String?
    private static let extensions: Set<String> = ["yaml", "yml", "json"]
    /// After a change nothing happens for so long before the directory is read: editors write in steps.
    private static let settling: Int32 = 20

    /// - Parameter nodeName: the Node to look for; nil: the only one there is.
    public init(_ path: String, nodeName: String?) {
      self.path = path
      self.nodeName = nodeName
    }

    /// What is wrong with a directory.
    public struct Failure: Error, CustomStringConvertible {
      public var description: String
    }

    /// The names of its Nodes.
    ///
    /// - Throws: ``Failure`` if it cannot be listed.
    public func nodeNames() throws -> [String] { try objects().nodes.map(\.name) }

    private func objects() throws -> ObjectSet {
      guard let enumerator = FileManager.default.enumerator(atPath: path),
        FileManager.default.fileExists(atPath: path)
      else { throw Failure(description: "\(path): cannot be listed") }
      var reader = ObjectReader(options: ObjectReader.Options(skipInvalid: true))
      let names = enumerator.compactMap { $0 as? String }
        .filter { Self.extensions.contains(($0 as NSString).pathExtension.lowercased()) }
        // Editors and volumes keep other versions under hidden names.
        .filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
        .sorted()
      for name in names {
        let file = path + "/" + name
        // It may have gone meanwhile.
        guard let data = try? Data(contentsOf: URL(filePath: file)) else { continue }
        data.withUnsafeBytes { reader.read($0, named: name) }
      }
      return reader.finish()
    }

    /// All that the directory says now.
    ///
    /// - Throws: ``Failure`` if it cannot be listed.
    public func read() throws -> [ClusterEvent] {
      let objects = try objects()
      var events: [ClusterEvent] = []
      for diagnostic in objects.diagnostics where diagnostic.severity != .note {
        events.append(.invalid(words: diagnostic.text(files: objects.files)))
      }
      let node = nodeName.map { name in objects.nodes.first { $0.name == name } } ?? objects.nodes.first
      events.append(.node(node))
      events.append(.serviceCIDRs(objects.serviceCIDRs.map { Listed($0) }))
      events.append(.services(objects.services.map { Listed($0) }))
      events.append(.slices(objects.slices.map { Listed($0) }))
      return events
    }

    /// Delivers what the directory says, now and after each change, until the task is cancelled.
    ///
    /// - Throws: ``Failure`` if it cannot be watched.
    public func run(_ deliver: @escaping @Sendable (ClusterEvent) -> Void) async throws {
      let watch = try DirectoryWatch(path)
      defer { watch.stop() }
      for event in try read() { deliver(event) }
      try await withTaskCancellationHandler {
        while !Task.isCancelled {
          let isChanged = await watch.wait(settling: Self.settling)
          guard isChanged, !Task.isCancelled else { return }
          for event in try read() { deliver(event) }
        }
      } onCancel: {
        watch.stop()
      }
    }
  }
#endif
