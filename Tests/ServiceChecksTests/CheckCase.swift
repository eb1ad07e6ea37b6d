import Foundation
import KubernetesObjects
import NetworkAddresses
import ServiceChecks
import TestSupport
import Testing

/// An input and what a check has to say of it: an entry of `Cases/CODE.yaml`.
struct CheckCase: CustomTestStringConvertible {
  var code: String
  /// The line the entry begins at.
  var line: UInt32
  var input: String
  var options = ServiceChecker.Options()
  /// What the first finding of the check must say; nil: there must be none.
  var expected: Expected?

  struct Expected {
    var says: String
    /// Nil: not looked at.
    var advises: String?
    /// `file:line:column`
    var place: String
    var count: Int
  }

  var testDescription: String { "\(code).yaml:\(line)" }

  static let all = Result {
    try names.flatMap { name in
      let root = try TestData.document("ServiceChecksTests/Cases/" + name)
      let code = String(name.prefix { $0 != "." })
      return try ["finds", "passes"].flatMap { list in
        try (root[list]?.elements ?? []).map { try CheckCase($0, code: code, finds: list == "finds") }
      }
    }
  }

  static let names = TestData.names(in: "ServiceChecksTests/Cases")

  private init(_ node: DocumentNode, code: String, finds: Bool) throws {
    self.code = code
    line = node.position.line
    let known = [
      "input", "says", "advises", "at", "file", "count", "ignore", "node-port-range", "service-cidr", "allocate",
    ]
    var diagnostics: [Diagnostic] = []
    node.fields(&diagnostics).refuseUnknown(besides: known, &diagnostics)
    guard let input = node["input"]?.string, diagnostics.isEmpty else {
      throw TestDataError("\(code).yaml:\(line): no input, or an unknown key")
    }
    self.input = input
    if let text = node["ignore"]?.string { options.ignoreFile = IgnoreFile(text, named: "ignore.txt") }
    if let range = node["node-port-range"]?.string?.split(separator: "-").compactMap({ UInt16($0) }), range.count == 2 {
      options.nodePortRange = range[0]...range[1]
    }
    if let prefix = node["service-cidr"]?.string.flatMap({ IPPrefix($0) }) { options.serviceCIDRs = [prefix] }
    options.completion.allocates = node["allocate"]?.boolean ?? false
    guard finds else { return }
    guard let says = node["says"]?.string, let place = node["at"]?.scalarText else {
      throw TestDataError("\(code).yaml:\(line): says or at is missing")
    }
    expected = Expected(
      says: says, advises: node["advises"]?.string, place: (node["file"]?.string ?? "in.yaml") + ":" + place,
      count: node["count"]?.integer ?? 1)
  }

  /// All findings of the input.
  func result() -> CheckResult { ServiceChecker(options: options).check(readForChecks(input)) }
}

/// Reads a text as `svcnat check` does.
func readForChecks(_ text: String, named name: String = "in.yaml") -> ObjectSet {
  var reader = ObjectReader(options: ObjectReader.Options(readsPodTemplates: true))
  var text = text
  text.withUTF8 { reader.read(UnsafeRawBufferPointer($0), named: name) }
  return reader.finish()
}

extension CheckResult {
  func place(_ finding: Finding) -> String {
    guard let position = finding.position else { return "nowhere" }
    return "\(files[Int(position.file)]):\(position.line):\(position.column)"
  }

  func line(_ finding: Finding) -> String {
    [finding.object, finding.field, finding.message].compactMap(\.self).joined(separator: ": ")
  }
}
