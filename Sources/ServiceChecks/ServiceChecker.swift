import ControlPlane
import KubernetesObjects
import NetworkAddresses

/// Looks for mistakes in Services and what belongs to them.
public struct ServiceChecker: Sendable {
  public struct Options: Sendable {
    /// The cluster's Service ranges. Empty: the ServiceCIDRs of the input.
    public var serviceCIDRs: [IPPrefix] = []
    /// Where node ports come from: the API server's `--service-node-port-range`.
    public var nodePortRange: ClosedRange<UInt16> = 30000...32767
    /// How the input becomes what a control plane would hold.
    public var completion = ClusterCompletion()
    /// Warnings count as errors.
    public var isStrict = false
    /// See ``IgnoreFile``.
    public var ignoreFile: IgnoreFile?

    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) {
    self.options = options
  }

  /// - Parameter objects: as they were read, see ``ObjectReader/Options/readsPodTemplates``; their diagnostics become
  ///   findings, too.
  public func check(_ objects: ObjectSet) -> CheckResult {
    let cluster = CheckedCluster(objects, options: options)
    var findings = InputChecks.findings(objects.diagnostics)
    SelectorChecks.run(cluster, &findings)
    EndpointChecks.run(cluster, &findings)
    FrontendChecks.run(cluster, &findings)
    LoadBalancerChecks.run(cluster, &findings)
    TrafficChecks.run(cluster, &findings)
    KindChecks.run(cluster, &findings)
    DeprecationChecks.run(cluster, &findings)
    NameChecks.run(cluster, &findings)

    var suppressions = Suppressions(cluster.objects, file: options.ignoreFile)
    let kept = suppressions.kept(findings)
    var result = CheckResult(files: objects.files, serviceCount: objects.services.count)
    if let file = options.ignoreFile { result.files.append(file.name) }
    result.suppressed = findings.count - kept.count
    result.findings = kept + suppressions.findings(fileNumber: UInt32(objects.files.count))
    if options.isStrict {
      for index in result.findings.indices where result.findings[index].severity == .warning {
        result.findings[index].severity = .error
      }
    }
    result.findings.sort(by: Finding.isBefore)
    return result
  }
}

/// What ``ServiceChecker`` found.
public struct CheckResult: Sendable {
  /// Names of what was read; ``SourcePosition/file`` counts them.
  public var files: [String]
  public var serviceCount: Int
  /// The graver first, then by code and place.
  public var findings: [Finding] = []
  /// How many findings were suppressed.
  public var suppressed = 0

  init(files: [String], serviceCount: Int) {
    self.files = files
    self.serviceCount = serviceCount
  }

  /// Whether a part of the input could not be read, so that the result says little.
  public var isIncomplete: Bool { findings.contains { $0.check == InputChecks.unreadable } }

  /// Those that reach a threshold.
  public func findings(from threshold: CheckSeverity) -> [Finding] {
    findings.filter { $0.severity.reaches(threshold) }
  }
}
