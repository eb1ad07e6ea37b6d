/// Finds what people call a value: `spec.ports[1].port`.
///
/// Nothing is kept while decoding; the path is found from the place of the value when a message needs it. What was
/// walked for the former message is remembered, so that many messages about one object stay linear.
struct FieldPath {
  private struct Step {
    var container: Int
    var child: Int
    var ordinal: Int
  }

  private var steps: [Step] = []

  /// The path from `root` to `target`; nil for `root` itself.
  mutating func text(to target: Int, from root: Int, in view: TapeView) -> String? {
    var path = ""
    var container = root
    var level = 0
    while container < target {
      let isMapping = view.kind(container) == .mapping
      guard isMapping || view.kind(container) == .sequence else { break }
      var step = Step(container: container, child: container + 1, ordinal: 0)
      if level < steps.count, steps[level].container == container, steps[level].child <= target { step = steps[level] }
      let last = view.end(container)
      while step.child < last {
        let behind = isMapping ? view.end(step.child + 1) : view.end(step.child)
        if target < behind { break }
        step.child = behind
        step.ordinal += 1
      }
      guard step.child < last else { break }
      if level < steps.count, steps[level].container == container, steps[level].child == step.child {
        // What is remembered of the levels below still holds.
      } else {
        steps.removeLast(max(0, steps.count - level))
        steps.append(step)
      }
      level += 1
      if isMapping {
        FieldPath.append(key: view.string(step.child), to: &path)
        if target == step.child { break }
        container = step.child + 1
      } else {
        path += "[\(step.ordinal)]"
        container = step.child
      }
    }
    return path.isEmpty ? nil : path
  }

  mutating func forget() { steps.removeAll(keepingCapacity: true) }

  /// A key that is no plain word is put in brackets: `labels["kubernetes.io/service-name"]`.
  private static func append(key: String, to path: inout String) {
    let isPlain =
      !key.isEmpty
      && key.utf8.allSatisfy {
        ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || ($0 >= 48 && $0 <= 57)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
    if !isPlain {
      path += "[\"\(key.shortened)\"]"
    } else {
      if !path.isEmpty { path += "." }
      path += key
    }
  }
}

extension String {
  /// For quoting in a message: one line of at most 60 characters.
  var shortened: String {
    var short = ""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == 60 { return short + "..." }
      switch scalar {
      case "\n": short += "\\n"
      case "\r": short += "\\r"
      case "\t": short += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f: short += "\\u{\(String(scalar.value, radix: 16))}"
      default: short.unicodeScalars.append(scalar)
      }
    }
    return short
  }
}
