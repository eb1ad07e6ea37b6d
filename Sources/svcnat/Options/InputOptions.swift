import ArgumentParser
import ControlPlane
import NetworkAddresses

/// What is read, and what the control plane would add to it. The same for every command that compiles.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Files, directories (searched for *.yaml, *.yml, *.json) or - for standard input.", valueName: "input"))
  var inputs: [String] = []

  @Flag(help: "Give cluster IPs and node ports to Services that have none, always the same ones.")
  var allocate = false

  @Option(
    help: ArgumentHelp(
      "The cluster's Service ranges. Default: the ServiceCIDRs of the input.", valueName: "cidr,..."))
  var serviceCidr: [String] = []

  @Option(help: ArgumentHelp("The cluster's range of node ports. Default: 30000-32767.", valueName: "from-to"))
  var nodePortRange: String?

  @Flag(help: "Leave out objects with errors, and say so, instead of stopping.")
  var skipInvalid = false

  @Flag(help: "Treat warnings as errors.")
  var strict = false

  @Flag(help: "Print every note about objects that have no rules.")
  var verbose = false

  /// What the control plane adds.
  ///
  /// - Throws: `ValidationError` for options that cannot be read.
  func completion() throws -> ClusterCompletion {
    var completion = ClusterCompletion()
    completion.allocates = allocate
    completion.serviceCIDRs = try serviceCIDRs()
    if let range = try nodePorts() { completion.nodePortRange = range }
    return completion
  }

  /// - Throws: `ValidationError` for what is no CIDR.
  func serviceCIDRs() throws -> [IPPrefix] {
    try OptionList.prefixes(serviceCidr, option: "--service-cidr")
  }

  /// - Throws: `ValidationError` for what is no range of ports.
  func nodePorts() throws -> ClosedRange<UInt16>? {
    guard let nodePortRange else { return nil }
    let ends = nodePortRange.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first <= last else {
      throw ValidationError("--node-port-range: \"\(nodePortRange)\" is no range of ports such as 30000-32767")
    }
    return first...last
  }
}

/// Options that may be repeated, each with one value or several separated by commas.
enum OptionList {
  static func split(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",") }.map { String($0.trimmingSpaces) }.filter { !$0.isEmpty }
  }

  static func prefixes(_ values: [String], option: String) throws -> [IPPrefix] {
    try split(values).map { text in
      guard let prefix = IPPrefix(text) else {
        throw ValidationError("\(option): \"\(text)\" is no CIDR such as 10.96.0.0/16")
      }
      return prefix
    }
  }

  static func addresses(_ values: [String], option: String) throws -> [IPAddress] {
    try split(values).map { text in
      guard let address = IPAddress(text) else {
        throw ValidationError("\(option): \"\(text)\" is no IP address")
      }
      return address
    }
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  var trimmingSpaces: SubSequence {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
