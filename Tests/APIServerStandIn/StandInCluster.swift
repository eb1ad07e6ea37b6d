#if Agent
  import Synchronization

  /// The objects a stand-in serves, with what became of them: the part of etcd.
  public final class StandInCluster: Sendable {
    struct Change: Sendable {
      var version: Int
      var id: StandInObject.ID
      var before: StandInObject?
      var after: StandInObject?
    }

    /// Objects at one moment.
    struct Snapshot: Sendable {
      var version: Int
      /// Sorted.
      var objects: [(object: StandInObject, version: Int)]
    }

    private struct State {
      var version: Int
      var objects: [StandInObject.ID: (object: StandInObject, version: Int)] = [:]
      var changes: [Change] = []
      /// Changes up to here are forgotten.
      var forgotten: Int
      var bookmark = 0
      var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
      var lastListener = 0

      func wake() {
        for listener in listeners.values { listener.yield() }
      }
    }

    private let state: Mutex<State>

    public init(version: Int = 100) {
      state = Mutex(State(version: version, forgotten: version))
    }

    public var version: Int { state.withLock { $0.version } }

    public func put(_ object: StandInObject) {
      state.withLock { state in
        state.version += 1
        let before = state.objects.updateValue((object, state.version), forKey: object.id)?.object
        state.changes.append(Change(version: state.version, id: object.id, before: before, after: object))
        state.wake()
      }
    }

    public func remove(_ id: StandInObject.ID) {
      state.withLock { state in
        guard let before = state.objects.removeValue(forKey: id) else { return }
        state.version += 1
        state.changes.append(Change(version: state.version, id: id, before: before.object, after: nil))
        state.wake()
      }
    }

    /// Forgets all that has been: watches from earlier versions are refused.
    public func compact() {
      state.withLock { state in
        state.changes = []
        state.forgotten = state.version
      }
    }

    /// Tells all watches the version.
    public func sendBookmarks() {
      state.withLock { state in
        state.bookmark += 1
        state.wake()
      }
    }

    public var objects: [StandInObject] {
      state.withLock { $0.objects.sorted { $0.key < $1.key }.map(\.value.object) }
    }

    /// The objects of a resource as a list of an API server, those that a selector takes.
    public func list(_ resource: StandInResource, query: [String: String] = [:]) -> String {
      let snapshot = snapshot(resource, StandInSelector(query))
      return StandInCluster.list(resource, snapshot.objects, metadata: "\"resourceVersion\":\"\(snapshot.version)\"")
    }

    static func list(
      _ resource: StandInResource, _ objects: some Sequence<(object: StandInObject, version: Int)>, metadata: String
    ) -> String {
      "{\"kind\":\"\(resource.kind)List\",\"apiVersion\":\"\(resource.apiVersion)\",\"metadata\":{\(metadata)},\"items\":["
        + objects.map { $0.object.text(version: $0.version, isItem: true) }.joined(separator: ",") + "]}\n"
    }

    func snapshot(_ resource: StandInResource, _ selector: StandInSelector) -> Snapshot {
      state.withLock { state in
        let objects = state.objects.filter { $0.key.resource == resource && selector.selects($0.value.object) }
        return Snapshot(version: state.version, objects: objects.sorted { $0.key < $1.key }.map(\.value))
      }
    }

    /// - Returns: the changes since then, and the version they lead to; nil: they are forgotten.
    func changes(after version: Int, _ resource: StandInResource) -> (changes: [Change], version: Int)? {
      state.withLock { state in
        guard version >= state.forgotten else { return nil }
        // Versions go up by one.
        let news = state.changes.suffix(max(0, state.version - version)).filter {
          $0.id.resource == resource && $0.version > version
        }
        return (news, max(version, state.version))
      }
    }

    /// Counts up with each ``sendBookmarks()``.
    var bookmark: Int { state.withLock { $0.bookmark } }

    /// Says when something changed. Whoever listens has to stop.
    func listen() -> (signals: AsyncStream<Void>, stop: @Sendable () -> Void) {
      let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      let number = state.withLock { state in
        state.lastListener += 1
        state.listeners[state.lastListener] = continuation
        return state.lastListener
      }
      return (
        signals,
        {
          self.state.withLock { $0.listeners[number] = nil }
          continuation.finish()
        }
      )
    }
  }
#endif
