import Foundation

/// What the schema of SARIF 2.1.0 (OASIS, errata 01) demands of the parts that svcnat writes, and what GitHub demands
/// beyond it: a location for every result.
///
/// The schema closes its objects (`additionalProperties: false`), and so does this: a property that is not listed is a
/// problem, be it one the schema has.
public struct SARIFStructure {
  /// What is wrong, each with its path. Empty: nothing.
  public private(set) var problems: [String] = []

  public static func problems(in text: String) -> [String] {
    var structure = SARIFStructure()
    do {
      structure.log(try JSONSerialization.jsonObject(with: Data(text.utf8)))
    } catch {
      structure.problems.append("no JSON: \(error)")
    }
    return structure.problems
  }

  private typealias Check = (inout SARIFStructure, Any, String) -> Void

  private mutating func log(_ value: Any) {
    object(
      value, "", required: ["version", "runs"],
      [
        "$schema": { $0.uriReference($1, $2) },
        "version": { $0.word($1, $2, ["2.1.0"]) },
        "runs": { $0.array($1, $2) { $0.run($1, $2) } },
      ])
  }

  private mutating func run(_ value: Any, _ path: String) {
    object(
      value, path, required: ["tool"],
      [
        "tool": { $0.object($1, $2, required: ["driver"], ["driver": { $0.driver($1, $2) }]) },
        "columnKind": { $0.word($1, $2, ["utf16CodeUnits", "unicodeCodePoints"]) },
        "results": { $0.array($1, $2) { $0.result($1, $2) } },
      ])
    let run = value as? [String: Any]
    let driver = (run?["tool"] as? [String: Any])?["driver"] as? [String: Any]
    let ids = (driver?["rules"] as? [[String: Any]])?.map { $0["id"] as? String } ?? []
    if Set(ids).count != ids.count { problems.append("\(path).tool.driver.rules: an id is given twice") }
    for (index, result) in (run?["results"] as? [[String: Any]] ?? []).enumerated() {
      let rule = result["ruleIndex"] as? Int ?? -1
      if !ids.indices.contains(rule) || ids[rule] != result["ruleId"] as? String {
        problems.append("\(path).results[\(index)]: ruleIndex does not point to ruleId")
      }
    }
  }

  private mutating func driver(_ value: Any, _ path: String) {
    object(
      value, path, required: ["name"],
      [
        "name": { $0.string($1, $2) },
        "version": { $0.string($1, $2) },
        "rules": { $0.array($1, $2, unique: true) { $0.rule($1, $2) } },
      ])
  }

  private mutating func rule(_ value: Any, _ path: String) {
    let message: Check = { $0.object($1, $2, required: ["text"], ["text": { $0.string($1, $2) }]) }
    object(
      value, path, required: ["id"],
      [
        "id": { $0.string($1, $2) },
        "name": { $0.string($1, $2) },
        "shortDescription": message,
        "fullDescription": message,
        "help": {
          $0.object(
            $1, $2, required: ["text"], ["text": { $0.string($1, $2) }, "markdown": { $0.string($1, $2) }])
        },
        "defaultConfiguration": { $0.object($1, $2, ["level": { $0.level($1, $2) }]) },
        "properties": {
          $0.object($1, $2, ["tags": { $0.array($1, $2, unique: true) { $0.string($1, $2) } }])
        },
      ])
  }

  private mutating func result(_ value: Any, _ path: String) {
    object(
      value, path, required: ["message", "locations"],
      [
        "ruleId": { $0.string($1, $2) },
        "ruleIndex": { $0.integer($1, $2, from: -1) },
        "level": { $0.level($1, $2) },
        "message": { $0.message($1, $2) },
        "locations": { structure, value, path in
          structure.array(value, path) { $0.location($1, $2) }
          if (value as? [Any])?.isEmpty ?? true { structure.problems.append("\(path): no location") }
        },
        "relatedLocations": { $0.array($1, $2, unique: true) { $0.location($1, $2) } },
        "partialFingerprints": { structure, value, path in
          for (key, value) in structure.anyObject(value, path) { structure.string(value, "\(path).\(key)") }
        },
      ])
  }

  private mutating func location(_ value: Any, _ path: String) {
    object(
      value, path, required: ["physicalLocation"],
      [
        "id": { $0.integer($1, $2, from: -1) },
        "physicalLocation": {
          $0.object(
            $1, $2, required: ["artifactLocation"],
            [
              "artifactLocation": {
                $0.object($1, $2, required: ["uri"], ["uri": { $0.uriReference($1, $2) }])
              },
              "region": {
                $0.object(
                  $1, $2, required: ["startLine"],
                  ["startLine": { $0.integer($1, $2, from: 1) }, "startColumn": { $0.integer($1, $2, from: 1) }])
              },
            ])
        },
        "logicalLocations": {
          $0.array($1, $2, unique: true) {
            $0.object($1, $2, ["fullyQualifiedName": { $0.string($1, $2) }, "kind": { $0.string($1, $2) }])
          }
        },
        "message": { $0.message($1, $2) },
      ])
  }

  // MARK: - Values

  private mutating func message(_ value: Any, _ path: String) {
    object(value, path, required: ["text"], ["text": { $0.string($1, $2) }])
  }

  private mutating func level(_ value: Any, _ path: String) {
    word(value, path, ["none", "note", "warning", "error"])
  }

  private mutating func anyObject(_ value: Any, _ path: String) -> [String: Any] {
    guard let object = value as? [String: Any] else {
      problems.append("\(path): no object")
      return [:]
    }
    return object
  }

  private mutating func object(_ value: Any, _ path: String, required: [String] = [], _ checks: [String: Check]) {
    let object = anyObject(value, path)
    for key in required where object[key] == nil { problems.append("\(path): \(key) is missing") }
    for (key, value) in object.sorted(by: { $0.key < $1.key }) {
      if let check = checks[key] {
        check(&self, value, "\(path).\(key)")
      } else {
        problems.append("\(path): \(key) is unknown")
      }
    }
  }

  private mutating func array(_ value: Any, _ path: String, unique: Bool = false, _ check: Check) {
    guard let array = value as? [Any] else {
      problems.append("\(path): no array")
      return
    }
    for (index, element) in array.enumerated() { check(&self, element, "\(path)[\(index)]") }
    if unique, NSOrderedSet(array: array).count != array.count { problems.append("\(path): elements are not unique") }
  }

  private mutating func string(_ value: Any, _ path: String) {
    if !(value is String) { problems.append("\(path): no string") }
    if (value as? String)?.isEmpty == true { problems.append("\(path): an empty string") }
  }

  private mutating func word(_ value: Any, _ path: String, _ words: Set<String>) {
    if !words.contains(value as? String ?? "") { problems.append("\(path): none of \(words.sorted())") }
  }

  private mutating func integer(_ value: Any, _ path: String, from least: Int) {
    guard let number = value as? Int, number >= least else {
      problems.append("\(path): no whole number from \(least)")
      return
    }
  }

  /// The characters of RFC 3986; others must be encoded.
  private mutating func uriReference(_ value: Any, _ path: String) {
    let allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#[]@!$&'()*+,;=%"
    guard let uri = value as? String, !uri.isEmpty, uri.allSatisfy(allowed.contains) else {
      problems.append("\(path): no URI")
      return
    }
    for part in uri.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
    where part.utf8.count < 2 || !part.prefix(2).allSatisfy(\.isHexDigit) {
      problems.append("\(path): % without two hexadecimal digits")
    }
    // A colon in the first segment of a relative reference would end a scheme.
    if !uri.contains("://"), uri.prefix(while: { $0 != "/" }).contains(":") {
      problems.append("\(path): a relative URI with a colon in front")
    }
  }
}
