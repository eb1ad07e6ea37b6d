#if Netlink && os(Linux)
  import ArgumentParser
  import Foundation
  import KubernetesObjects
  import NetworkAddresses
  import NodeProgramming
  import Reports
  import RuleTargets
  import Yams

  /// `svcnat show`
  struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show the Services this node has rules for.",
      discussion: """
        Reads the rules that are installed, whoever made them, and prints what they do: an address and port a line, with \
        its Service and the backends it leads to. Where inputs are given, it also says what belongs to no Service of theirs.

        Exits with 0, with 2 for trouble, 3 without the privilege, 4 if the kernel cannot.

        Examples:
          svcnat show
          svcnat show -o wide --service web
          svcnat show --counters
          kubectl get services,endpointslices -A -o yaml | svcnat show -o json -
        """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
      case table, wide, json, yaml
    }

    @Option(name: [.short, .long], help: ArgumentHelp("table, wide, json or yaml.", valueName: "format"))
    var output = Format.table

    @Option(help: ArgumentHelp("Only Services whose namespace/name:port contains this.", valueName: "text"))
    var service: String?

    @Option(help: ArgumentHelp("ipv4 or ipv6 only. Default: both.", valueName: "family"))
    var family: RuleOptions.Family?

    @Flag(help: "Also show how many connections came, where rules were programmed with --counters.")
    var counters = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "This node") var access: NodeAccess

    func run() throws {
      let known = try knownServices()
      let report = try access.perform { programmer in
        try installedServices(&programmer, known: known)
      }
      try Console.write(Array(try text(of: report).utf8))
    }

    /// `namespace/name` of the inputs' Services; nil: there are no inputs.
    private func knownServices() throws -> Set<String>? {
      guard !input.inputs.isEmpty else { return nil }
      var timings = Timings()
      let objects = try Compilation.read(input, timings: &timings)
      Console.report(
        objects.diagnostics.filter { $0.severity == .error }, files: objects.files, verbose: input.verbose)
      if objects.hasErrors { throw ExitCode.trouble }
      return Set(objects.services.map(\.name.description))
    }

    private func installedServices(
      _ programmer: inout NodeProgrammer, known: Set<String>?
    ) throws -> InstalledServicesReport {
      var report = InstalledServicesReport()
      for family in family.map({ [$0.family] }) ?? IPFamily.allCases {
        for entry in try programmer.installedRules(family).entries {
          let name = entry.place.name(family)
          report.places.append((name, entry.owner))
          report.strays += entry.strays.map { "\($0) in \(name)" }
          for frontend in entry.frontends {
            if let service, !(frontend.servicePort ?? "").contains(service) { continue }
            let isKnown = known.map { known in
              frontend.servicePort.map { known.contains(String($0.prefix { $0 != ":" })) } ?? false
            }
            report.rows.append(
              InstalledServicesReport.Row(place: name, owner: entry.owner, frontend: frontend, isKnown: isKnown))
          }
        }
      }
      return report
    }

    private func text(of report: InstalledServicesReport) throws -> String {
      switch output {
      case .table: report.table(isWide: false, counts: counters)
      case .wide: report.table(isWide: true, counts: counters)
      case .json: report.document.text + "\n"
      case .yaml:
        // Every JSON document is a YAML document: read as such, it is written in YAML's own style.
        try Yams.compose(yaml: report.document.text).map { try Yams.serialize(node: $0.inBlockStyle) } ?? ""
      }
    }
  }

  extension Yams.Node {
    /// A line for each member.
    fileprivate var inBlockStyle: Yams.Node {
      switch self {
      case .mapping(let mapping):
        let pairs = mapping.map { (Yams.Node($0.key.string ?? ""), $0.value.inBlockStyle) }
        return .mapping(Yams.Node.Mapping(pairs, mapping.tag, .block))
      case .sequence(let sequence):
        return .sequence(
          Yams.Node.Sequence(sequence.map(\.inBlockStyle), sequence.tag, sequence.isEmpty ? .flow : .block))
      default: return self
      }
    }
  }
#endif
