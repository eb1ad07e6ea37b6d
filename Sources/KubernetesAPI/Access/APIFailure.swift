#if Agent
  import AsyncHTTPClient
  import Foundation
  import NIOCore
  import NIOSSL

  /// Why a request has no answer that can be used.
  public enum APIFailure: Error, Hashable, Sendable {
    /// No connection, or it broke.
    case unreachable(String)
    /// A connection on which nothing came for too long.
    case silent
    /// What this side would need is missing: certificates, tokens.
    case unusable(String)
    /// The server says no.
    ///
    /// - Parameters:
    ///   - code: of HTTP, or of the Status in a watch.
    ///   - reason: for programs: `Expired`.
    ///   - retryAfter: how long it asks to wait, in seconds.
    case refused(code: Int, reason: String, message: String, retryAfter: Int?)
    /// The answer makes no sense.
    case malformed(String)

    /// A Status is short; more is not one.
    private static let statusLimit = 1 << 20

    init(_ response: HTTPClientResponse) async {
      let body = try? await response.body.collect(upTo: APIFailure.statusLimit)
      let status = body.flatMap { APIStatus($0) }
      self = .refused(
        code: Int(response.status.code), reason: status?.reason ?? response.status.reasonPhrase,
        message: status?.message ?? response.status.reasonPhrase,
        retryAfter: response.headers.first(name: "Retry-After").flatMap { Int($0) } ?? status?.retryAfter)
    }

    init(_ status: APIStatus) {
      self = .refused(
        code: status.code, reason: status.reason, message: status.message, retryAfter: status.retryAfter)
    }

    /// The version asked for is no longer known: everything has to be listed.
    var isExpired: Bool {
      guard case .refused(let code, let reason, _, _) = self else { return false }
      return code == 410 || reason == "Expired" || reason == "Gone"
    }

    var retryAfter: Int? {
      guard case .refused(_, _, _, let seconds) = self else { return nil }
      return seconds
    }

    /// What became of a request, or of the rest of an answer.
    init(breaking error: any Error) {
      if let failure = error as? APIFailure {
        self = failure
      } else if error as? HTTPClientError == .readTimeout {
        self = .silent
      } else {
        self = .unreachable(APIFailure.words(error))
      }
    }

    /// In words without anything that was sent: it may be secret.
    private static func words(_ error: any Error) -> String {
      switch error as? HTTPClientError {
      case .connectTimeout: return "no connection within 10 seconds"
      case .remoteConnectionClosed: return "the server closed the connection"
      default: return error is NIOSSLError || error is NIOSSLExtraError ? "TLS: \(error)" : "\(error)"
      }
    }
  }

  extension APIFailure: CustomStringConvertible {
    public var description: String {
      switch self {
      case .unreachable(let words): "the API server cannot be reached: \(words)"
      case .silent: "the API server has said nothing for too long"
      case .unusable(let words): words
      case .refused(401, _, _, _): "the API server does not know us: the token or certificate is not accepted (401)"
      case .refused(403, _, let message, _): "the API server forbids it: \(message) (403)"
      case .refused(let code, let reason, let message, _): "the API server answers \(code) \(reason): \(message)"
      case .malformed(let words): "the API server's answer makes no sense: \(words)"
      }
    }
  }

  /// A `v1` Status.
  struct APIStatus: Decodable {
    struct Details: Decodable {
      var retryAfterSeconds: Int?
    }

    private var codeIfGiven: Int?
    private var reasonIfGiven: String?
    private var messageIfGiven: String?
    private var details: Details?

    private enum CodingKeys: String, CodingKey {
      case codeIfGiven = "code"
      case reasonIfGiven = "reason"
      case messageIfGiven = "message"
      case details
    }

    init?(_ body: ByteBuffer) {
      guard let status = try? JSONDecoder().decode(APIStatus.self, from: Data(body.readableBytesView)) else {
        return nil
      }
      self = status
    }

    var code: Int { codeIfGiven ?? 500 }
    var reason: String { reasonIfGiven ?? "" }
    var message: String { messageIfGiven ?? "" }
    var retryAfter: Int? { details?.retryAfterSeconds }
  }
#endif
