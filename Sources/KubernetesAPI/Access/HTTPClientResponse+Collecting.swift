#if Agent
  import AsyncHTTPClient
  import NIOCore

  extension HTTPClientResponse.Body {
    /// A page of a list is some megabytes; a server that ignores paging sends all there is.
    private static let limit = 2 << 30

    func collected() async throws -> ByteBuffer {
      var whole = ByteBuffer()
      for try await piece in self {
        whole.writeImmutableBuffer(piece)
        guard whole.readableBytes <= Self.limit else { throw APIFailure.malformed("an answer without end") }
      }
      return whole
    }
  }
#endif
