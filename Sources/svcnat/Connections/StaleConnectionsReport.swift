#if Netlink && os(Linux)
  import ConnectionTracking
  import ConntrackNetlink
  import Foundation
  import Netlink

  /// What `svcnat conntrack --stale` found and did, for people and for programs.
  struct StaleConnectionsReport {
    /// Sorted by service port, then by the ends of the connection.
    var found: [(connection: TrackedConnection, reason: StaleReason)]
    /// Whether the whole table was read.
    var isComplete: Bool
    /// Nil: nothing was to be removed.
    var deletion: ConntrackDeletion?

    init(
      found: [(connection: TrackedConnection, reason: StaleReason)], isComplete: Bool, deletion: ConntrackDeletion?
    ) {
      self.found = found.sorted {
        ($0.reason.servicePort, $0.connection.originalSource, $0.connection.originalDestination)
          < ($1.reason.servicePort, $1.connection.originalSource, $1.connection.originalDestination)
      }
      self.isComplete = isComplete
      self.deletion = deletion
    }

    var hasTrouble: Bool { !isComplete || deletion.map { !$0.failures.isEmpty } ?? false }

    /// For standard error, a line each.
    var problems: [String] {
      var problems: [String] = []
      if !isComplete { problems.append("warning: the kernel did not list all connections; there may be more") }
      if let failures = deletion?.failures, let first = failures.first {
        let others = failures.count > 1 ? ", and \(failures.count - 1) more" : ""
        problems.append("error: \(first.error)\(others)")
      }
      return problems
    }

    var text: String {
      var lines = found.map { found in
        let backend = found.connection.isTranslated ? " at \(found.connection.replySource)" : ""
        return "\(found.connection.summary)\(backend): \(found.reason.words)"
      }
      if found.isEmpty {
        lines.append("no stale connections")
      } else if let deletion {
        let gone = deletion.gone > 0 ? ", \(deletion.gone) were gone already" : ""
        lines.append("\(Wording.count(deletion.deleted, "stale connection")) removed\(gone)")
      } else {
        lines.append("\(Wording.count(found.count, "stale connection")); --delete removes them")
      }
      return lines.joined(separator: "\n") + "\n"
    }

    var json: String {
      get throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
          complete: isComplete,
          stale: found.map { found in
            Entry(
              protocol: found.connection.transport.word, source: found.connection.originalSource.description,
              destination: found.connection.originalDestination.description,
              replySource: found.connection.replySource.description, servicePort: found.reason.servicePort,
              frontend: found.reason.frontend.name, reason: found.reason.cause.name)
          }, deleted: deletion?.deleted, gone: deletion?.gone,
          failures: deletion.map { $0.failures.map(\.error.description) })
        return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
      }
    }

    /// For programs. A key may be added within a version; anything else makes a new one.
    private struct Document: Encodable {
      let version = 1
      /// Whether the whole table was read.
      var complete: Bool
      var stale: [Entry]
      /// With `--delete` only, as are the others.
      var deleted: Int?
      var gone: Int?
      var failures: [String]?
    }

    private struct Entry: Encodable {
      var `protocol`: String
      var source: String
      var destination: String
      /// Where answers come from: the backend, or the destination if it is not translated.
      var replySource: String
      var servicePort: String
      /// `address` or `node-port`.
      var frontend: String
      /// `not-serving`, `untranslated`, `no-serving-endpoint`, `service-removed`.
      var reason: String
    }
  }

  extension StaleReason {
    /// `shop/dns:udp has no serving endpoint 10.244.2.2:1053`
    var words: String {
      let name =
        switch frontend {
        case .address: servicePort
        case .nodePort(let port): "\(servicePort), node port \(port),"
        }
      return switch cause {
      case .notServing(let backend): "\(name) has no serving endpoint \(backend)"
      case .untranslated: "\(name) has endpoints now, but it is not translated"
      case .noServingEndpoint: "\(name) has no serving endpoint"
      case .serviceRemoved: "\(name) is removed"
      }
    }
  }

  extension StaleReason.Frontend {
    fileprivate var name: String {
      switch self {
      case .address: "address"
      case .nodePort: "node-port"
      }
    }
  }

  extension StaleReason.Cause {
    fileprivate var name: String {
      switch self {
      case .notServing: "not-serving"
      case .untranslated: "untranslated"
      case .noServingEndpoint: "no-serving-endpoint"
      case .serviceRemoved: "service-removed"
      }
    }
  }
#endif
