#if Agent
  import Foundation
  import NIOHTTP1

  /// A request a stand-in was sent.
  public struct StandInRequest: Sendable {
    public var path: String
    public var query: [String: String]
    /// Of `Authorization: Bearer`.
    public var token: String?

    init(_ head: HTTPRequestHead) {
      let parts = URLComponents(string: head.uri)
      path = parts?.path ?? head.uri
      query = Dictionary((parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { first, _ in first }
      if let header = head.headers.first(name: "Authorization"), header.hasPrefix("Bearer ") {
        token = String(header.dropFirst("Bearer ".count))
      }
    }

    public var resource: StandInResource? { StandInResource(path: path) }
    public var isWatch: Bool { ["1", "true"].contains(query["watch"]) }
    /// A watch that brings the initial state.
    public var isWatchList: Bool { isWatch && query["sendInitialEvents"] == "true" }
    public var isList: Bool { !isWatch }
  }
#endif
