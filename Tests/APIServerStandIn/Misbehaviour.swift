#if Agent
  /// What a stand-in does wrong in one answer.
  public struct Misbehaviour: Sendable {
    /// A Status instead of an answer.
    public var refusal: Refusal?
    /// A Status as an event, when as many events are sent as ``eventsUntilEnd`` says.
    public var errorEvent: Refusal?
    /// After so many events the answer ends, as if all were well.
    public var eventsUntilEnd: Int?
    /// After so many bytes of the body the answer ends as if all were well, in the midst of an object.
    public var bytesUntilEnd: Int?
    /// After so many bytes of the body the connection breaks.
    public var bytesUntilCut: Int?
    /// Nothing comes, and the connection stays.
    public var isSilent = false
    /// So many events of a hundred come twice.
    public var repeated = 0
    /// So many events of a hundred come again after later ones.
    public var late = 0
    /// The bookmark that ends the initial state does not come, but an ordinary one, as from a server that does not know
    /// `sendInitialEvents`.
    public var hidesEndOfInitialEvents = false
    /// The pieces an answer comes in, in bytes; nil: one a line.
    public var pieceSize: Int?
    /// For what is left to chance.
    public var seed: UInt64 = 0

    public struct Refusal: Sendable {
      public var code: Int
      public var reason: String
      public var message: String
      /// The header `Retry-After`, in seconds.
      public var retryAfter: Int?

      public init(_ code: Int, _ reason: String, _ message: String = "said by the test", retryAfter: Int? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
      }

      public static let expired = Refusal(410, "Expired", "too old resource version: 5 (201)")
      public static let watchListForbidden = Refusal(
        422, "Invalid",
        "ListOptions.meta.k8s.io \\\"\\\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch"
          + " unless the WatchList feature gate is enabled")
      /// Where etcd is older than 3.4.25.
      public static let watchListRefusedByStorage = Refusal(
        500, "InternalError",
        "a watch stream was requested by the client but the required storage feature RequestWatchProgress is disabled")

      var text: String {
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"\(message)\","
          + "\"reason\":\"\(reason)\",\"code\":\(code)}"
      }
    }

    public init() {}

    public static func refusing(_ refusal: Refusal) -> Misbehaviour {
      var misbehaviour = Misbehaviour()
      misbehaviour.refusal = refusal
      return misbehaviour
    }
  }
#endif
