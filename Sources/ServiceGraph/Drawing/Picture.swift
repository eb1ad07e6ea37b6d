/// A drawing as a list of plain shapes: SVG is written of it here, and by the script of a page.
public struct Picture: Hashable, Sendable {
  /// How a shape looks; a word of the style sheet.
  public enum Style: String, Hashable, Sendable, CaseIterable {
    case service
    case frontend
    case policy
    case endpoint
    /// An endpoint on this node.
    case local
    /// An endpoint that gets no traffic.
    case unused
    /// Where traffic is refused.
    case refused
    case heading
    case title
    case address
    case small
    case share
    case line
    case rule
  }

  public enum Shape: Hashable, Sendable {
    case box(x: Int, y: Int, width: Int, height: Int, Style)
    /// The y is that of the base line.
    case text(x: Int, y: Int, Style, String)
    /// Text that ends at x.
    case textBefore(x: Int, y: Int, Style, String)
    /// From the right edge of a box to the left edge of another.
    case curve(fromX: Int, fromY: Int, toX: Int, toY: Int, Style)
  }

  public var width: Int
  public var height: Int
  public var shapes: [Shape] = []
  /// What the picture shows, in words.
  public var label: String
}
