#if Agent
  import KubernetesObjects
  import LivePlan
  import NIOCore

  /// One line of a watch.
  enum WatchEvent {
    /// Added or modified.
    case present(DocumentNode, ObjectMetadata)
    case deleted(ObjectMetadata)
    /// Nothing but a version.
    case bookmark(ObjectMetadata)

    /// - Throws: ``APIFailure``: what the server says instead, or that the line makes no sense.
    init(_ line: ByteBuffer) throws {
      let event = try line.document("event")
      guard let type = event["type"]?.string, let object = event["object"] else {
        throw APIFailure.malformed("expected an event with type and object")
      }
      switch type {
      case "ADDED", "MODIFIED": self = .present(object, ObjectMetadata(object))
      case "DELETED": self = .deleted(ObjectMetadata(object))
      case "BOOKMARK": self = .bookmark(ObjectMetadata(object))
      case "ERROR":
        throw APIFailure.refused(
          code: object["code"]?.integer ?? 500, reason: object["reason"]?.string ?? "",
          message: object["message"]?.string ?? "", retryAfter: object["details"]?["retryAfterSeconds"]?.integer)
      default: throw APIFailure.malformed("an event of type \(type)")
      }
    }

    var metadata: ObjectMetadata {
      switch self {
      case .present(_, let metadata), .deleted(let metadata), .bookmark(let metadata): metadata
      }
    }
  }
#endif
