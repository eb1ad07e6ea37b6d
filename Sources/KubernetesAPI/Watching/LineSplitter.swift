#if Agent
  import NIOCore

  /// Makes lines of pieces: a watch has one event a line, however the pieces are cut.
  struct LineSplitter {
    /// More is no object: an API server takes 1.5 MiB, and etcd no more than 8.
    static let limit = 64 << 20

    private var rest = ByteBuffer()
    /// Of the rest, searched without finding an end.
    private var searched = 0

    mutating func append(_ piece: ByteBuffer) {
      if rest.readableBytes == 0 {
        rest = piece
      } else {
        rest.writeImmutableBuffer(piece)
      }
    }

    /// The next line that is whole, without its end; nil: more is needed.
    ///
    /// - Throws: ``APIFailure/malformed(_:)`` for a line without end.
    mutating func next() throws -> ByteBuffer? {
      let view = rest.readableBytesView
      guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
        searched = view.count
        guard searched < LineSplitter.limit else { throw APIFailure.malformed("an event has no end") }
        return nil
      }
      searched = 0
      let line = rest.readSlice(length: end - view.startIndex)
      rest.moveReaderIndex(forwardBy: 1)
      if rest.readerIndex > 1 << 16 { rest.discardReadBytes() }
      return line
    }
  }
#endif
