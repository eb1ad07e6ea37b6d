#if Agent
  /// Which objects a request is about.
  struct StandInSelector {
    private var conditions: [(StandInObject) -> Bool] = []

    /// Knows the forms that are used here: `!key`, `key=value` and `key!=value`, with commas between.
    init(_ query: [String: String]) {
      for part in StandInSelector.parts(query["labelSelector"]) {
        if part.hasPrefix("!") {
          let key = String(part.dropFirst())
          conditions.append { $0.labels[key] == nil }
        } else {
          conditions.append(StandInSelector.condition(part) { $0.labels })
        }
      }
      for part in StandInSelector.parts(query["fieldSelector"]) {
        conditions.append(StandInSelector.condition(part) { $0.fields })
      }
    }

    func selects(_ object: StandInObject?) -> Bool {
      guard let object else { return false }
      return conditions.allSatisfy { $0(object) }
    }

    private static func parts(_ text: String?) -> [String] {
      (text ?? "").split(separator: ",").map(String.init)
    }

    private static func condition(
      _ part: String, _ values: @escaping (StandInObject) -> [String: String]
    ) -> (StandInObject) -> Bool {
      let isEqual = !part.contains("!=")
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      let key = isEqual ? sides[0] : String(sides[0].dropLast())
      let value = sides.count > 1 ? sides[1] : ""
      return { (values($0)[key] == value) == isEqual }
    }
  }
#endif
