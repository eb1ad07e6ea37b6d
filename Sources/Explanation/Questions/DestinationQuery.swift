import NetworkAddresses

/// `--to`: a place, a port and a protocol: `web.shop:80`, `10.96.0.10:53/udp`, `[fd00::1]:443`, `node:30080`.
public struct DestinationQuery: Hashable, Sendable {
  public enum Port: Hashable, Sendable {
    case number(UInt16)
    /// The name of a Service's port.
    case name(String)
  }

  public var place: Place
  /// Nil: not said.
  public var port: Port?
  /// Nil: not said.
  public var transport: TransportProtocol?

  /// - Throws: ``QuestionError/notADestination(_:reason:)``.
  public init(_ text: String) throws(QuestionError) {
    var rest = text[...]
    if let slash = rest.lastIndex(of: "/"),
      let transport = TransportProtocol(rawValue: rest[rest.index(after: slash)...].uppercased())
    {
      self.transport = transport
      rest = rest[..<slash]
    }
    let (host, port) = try DestinationQuery.split(rest, of: text)
    guard !host.isEmpty else { throw .notADestination(text, reason: "there is no address or name") }
    place = Place(String(host))
    if place == .external { throw .notADestination(text, reason: "\"external\" is a source") }
    if let port { self.port = try DestinationQuery.port(port, of: text) }
  }

  private static func split(
    _ text: Substring, of whole: String
  ) throws(QuestionError) -> (Substring, port: Substring?) {
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]"), IPAddress(text[text.index(after: text.startIndex)..<end]) != nil else {
        throw .notADestination(whole, reason: "there is no IPv6 address in brackets")
      }
      let host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      if rest.isEmpty { return (host, nil) }
      guard rest.first == ":" else { throw .notADestination(whole, reason: "\":\" and a port must follow \"]\"") }
      return (host, rest.dropFirst())
    }
    if IPAddress(text) != nil { return (text, nil) }
    guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  private static func port(_ text: Substring, of whole: String) throws(QuestionError) -> Port {
    guard !text.isEmpty else { throw .notADestination(whole, reason: "the port is missing behind \":\"") }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return .name(String(text))
    }
    guard let number = UInt16(text), number > 0 else {
      throw .notADestination(whole, reason: "port \(text) is outside 1...65535")
    }
    return .number(number)
  }
}
