#if Agent
  import Foundation
  import Logging

  /// Writes a line for each message to standard error, as text or as JSON.
  public struct AgentLogHandler: LogHandler {
    public enum Format: String, Sendable, CaseIterable {
      /// `2026-11-21T08:00:00Z info  shop/web:http: endpoint 10.244.1.9:8080 gone, 2 remain`
      case text
      /// An object with `ts`, `level`, `msg`.
      case json
    }

    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let format: Format

    public init(_ format: Format, level: Logger.Level) {
      self.format = format
      logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
      let line = Self.line(
        format, event.level, "\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 }, at: Date())
      FileHandle.standardError.write(Data(line.utf8))
    }

    static func line(
      _ format: Format, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: Date
    ) -> String {
      let time = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
      let extra = metadata.sorted { $0.key < $1.key }
      switch format {
      case .text:
        let level = level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
        let extra = extra.map { " \($0.key)=\($0.value)" }.joined()
        return "\(time) \(level) \(oneLine(message))\(extra)\n"
      case .json:
        let fields =
          [("ts", time), ("level", level.rawValue), ("msg", message)] + extra.map { ($0.key, "\($0.value)") }
        return "{" + fields.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}\n"
      }
    }

    /// What others write into names must not look like a line of the log.
    private static func oneLine(_ text: String) -> String {
      text.contains(where: \.isNewline) ? text.split(whereSeparator: \.isNewline).joined(separator: " | ") : text
    }

    private static func quoted(_ text: String) -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      guard let data = try? encoder.encode(text) else { return "\"\"" }
      return String(decoding: data, as: UTF8.self)
    }
  }
#endif
