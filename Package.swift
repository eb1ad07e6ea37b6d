// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "svcnat",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "svcnat", targets: ["svcnat"])
  ],
  traits: [
    // Programs the kernel over netlink, which needs Linux, libmnl and libnftnl. Without it (`--disable-default-traits`)
    // everything that only reads and writes text is built.
    .trait(name: "Netlink"),
    // The node agent, with what it takes to speak HTTP and TLS. Needs Netlink.
    .trait(name: "Agent", enabledTraits: ["Netlink"]),
    .default(enabledTraits: ["Agent", "Netlink"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // For micro-benchmarks only. ordo-one/benchmark has more, but before Swift 6.3 wants an older argument parser than the commands.
    .package(url: "https://github.com/google/swift-benchmark", from: "0.1.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    // Data flows one way, top to bottom; see the picture in README.md.
    .target(name: "NetworkAddresses"),
    .target(
      name: "KubernetesObjects",
      dependencies: [
        "NetworkAddresses",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "ControlPlane",
      dependencies: ["KubernetesObjects", "NetworkAddresses"]),
    // Work spread over the processors.
    .target(name: "Processors"),
    .target(
      name: "ServicePlan",
      dependencies: ["KubernetesObjects", "NetworkAddresses", "Processors"]),
    .target(
      name: "RuleNames",
      dependencies: [
        "NetworkAddresses", "ServicePlan",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "RuleText", dependencies: ["NetworkAddresses", "Processors"]),
    .target(
      name: "IPTables",
      dependencies: ["NetworkAddresses", "Processors", "RuleNames", "RuleText", "ServicePlan"]),
    .target(
      name: "NFTables",
      dependencies: ["NetworkAddresses", "Processors", "RuleNames", "RuleText", "ServicePlan"]),
    .target(
      name: "RuleTargets",
      dependencies: ["IPTables", "NFTables", "NetworkAddresses", "RuleText", "ServicePlan"]),
    .target(
      name: "LivePlan",
      dependencies: ["KubernetesObjects", "NFTables", "NetworkAddresses", "RuleTargets", "ServicePlan"]),
    .target(
      name: "RuleEvaluator",
      dependencies: ["IPTables", "NFTables", "NetworkAddresses", "RuleTargets", "ServicePlan"]),
    .target(
      name: "FlowCases",
      dependencies: [
        "ConnectionTracking", "HealthChecks", "IPTables", "KubernetesObjects", "NFTables", "NetworkAddresses",
        "RuleEvaluator", "RuleTargets", "ServicePlan",
      ]),
    // Which connections of the kernel's table are stale; what a load balancer asks of a node; what the kernel is set to.
    .target(
      name: "ConnectionTracking",
      dependencies: ["KubernetesObjects", "NetworkAddresses", "ServicePlan"]),
    .target(
      name: "HealthChecks",
      dependencies: ["KubernetesObjects", "NetworkAddresses", "ServicePlan"]),
    .target(name: "KernelParameters", dependencies: ["ServicePlan"]),
    .target(
      name: "RuleDifference",
      dependencies: [
        "IPTables", "KubernetesObjects", "NFTables", "NetworkAddresses", "Reports", "RuleEvaluator", "RuleTargets",
        "ServicePlan",
      ]),
    // What Swift cannot import of Linux; empty elsewhere.
    .target(name: "CNamespaces"),
    // Starts programs such as iptables-restore; empty but for Linux.
    .target(name: "SystemPrograms", dependencies: ["CNamespaces"]),
    .target(
      name: "KernelFlows",
      dependencies: [
        "CNamespaces", "IPTables", "NFTables", "NetworkAddresses", "RuleEvaluator", "RuleTargets", "ServicePlan",
      ]),
    .target(
      name: "Explanation",
      dependencies: ["IPTables", "KubernetesObjects", "NFTables", "NetworkAddresses", "RuleEvaluator", "ServicePlan"]),
    // Formats of reports that several commands write.
    .target(name: "Reports"),
    .target(
      name: "ServiceChecks",
      dependencies: ["ControlPlane", "KubernetesObjects", "NetworkAddresses", "Reports", "ServicePlan"]),
    .target(
      name: "ServiceGraph",
      dependencies: [
        "IPTables", "KubernetesObjects", "NFTables", "NetworkAddresses", "Reports", "RuleTargets", "ServiceChecks",
        "ServicePlan",
      ]),
    .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
    .systemLibrary(name: "CNftnl", pkgConfig: "libnftnl", providers: [.apt(["libnftnl-dev"])]),
    // Constants of netlink messages, and what Swift cannot import of sockets; empty but for Linux.
    .target(name: "CNetlinkShim"),
    // Sockets, messages and attributes: the only owner of their raw pointers.
    .target(
      name: "Netlink",
      dependencies: [
        "CNetlinkShim", "NetworkAddresses",
        .target(name: "CMnl", condition: .when(platforms: [.linux], traits: ["Netlink"])),
      ]),
    .target(
      name: "NFTablesNetlink",
      dependencies: [
        "CNetlinkShim", "NFTables", "Netlink", "NetworkAddresses",
        .target(name: "CMnl", condition: .when(platforms: [.linux], traits: ["Netlink"])),
        .target(name: "CNftnl", condition: .when(platforms: [.linux], traits: ["Netlink"])),
      ]),
    // Connections of the kernel's table, read and deleted.
    .target(
      name: "ConntrackNetlink",
      dependencies: ["CNetlinkShim", "ConnectionTracking", "Netlink", "NetworkAddresses", "ServicePlan"]),
    // Counters that rules of iptables name.
    .target(name: "AccountingNetlink", dependencies: ["CNetlinkShim", "Netlink"]),
    // Addresses of the node's interfaces, read and watched.
    .target(name: "RouteNetlink", dependencies: ["CNetlinkShim", "Netlink", "NetworkAddresses"]),
    // What is installed on the node this runs on, and how it becomes what it should be; empty without `Netlink`.
    .target(
      name: "NodeProgramming",
      dependencies: [
        "CNamespaces", "IPTables", "NFTables", "NFTablesNetlink", "NetworkAddresses", "RuleTargets", "SystemPrograms",
      ]),
    // Lists and watches objects of a Kubernetes API server. Empty without the trait Agent.
    .target(
      name: "KubernetesAPI",
      dependencies: [
        "KubernetesObjects", "LivePlan", "SystemPrograms",
        .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["Agent"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Agent"])),
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Agent"])),
      ]),
    .executableTarget(
      name: "svcnat",
      dependencies: [
        "ConnectionTracking", "ConntrackNetlink", "ControlPlane", "Explanation", "FlowCases", "IPTables", "KernelFlows",
        "KubernetesObjects", "NFTables",
        "NFTablesNetlink", "Netlink", "NetworkAddresses", "NodeAgent", "NodeProgramming", "Reports", "RuleDifference",
        "RuleEvaluator",
        "RuleTargets", "ServiceChecks", "ServiceGraph", "ServicePlan", "SystemPrograms",
        "KubernetesAPI", "LivePlan",
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Agent"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Yams", package: "Yams"),
      ]),
    // What several test targets share: the conformance cases and kube-proxy's dumps, found and read.
    .target(
      name: "TestSupport",
      dependencies: ["FlowCases", "KubernetesObjects", "NFTables", "NetworkAddresses", "RuleEvaluator", "ServicePlan"],
      path: "Tests/TestSupport"),
    // Metrics in the text format of Prometheus. Empty without the trait Agent.
    .target(
      name: "PrometheusMetrics",
      dependencies: [
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Agent"]))
      ]),
    // Keeps the rules of a node up to date. Empty without the trait Agent.
    .target(
      name: "NodeAgent",
      dependencies: [
        "AccountingNetlink", "CNamespaces", "ConnectionTracking", "ConntrackNetlink", "HealthChecks", "IPTables",
        "KernelParameters", "KubernetesAPI", "KubernetesObjects", "LivePlan", "NFTables", "NFTablesNetlink", "Netlink",
        "NetworkAddresses", "NodeProgramming", "PrometheusMetrics", "RouteNetlink", "RuleTargets", "ServicePlan",
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Agent"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Agent"])),
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["Agent"])),
        .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: .when(traits: ["Agent"])),
      ]),
    // Stands in for an API server. Empty without the trait Agent.
    .target(
      name: "APIServerStandIn",
      dependencies: [
        "KubernetesObjects", "SystemPrograms", "TestSupport",
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["Agent"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Agent"])),
      ],
      path: "Tests/APIServerStandIn"),
    // What scripts/bench-agent and scripts/soak run.
    .executableTarget(
      name: "agent-benchmark",
      dependencies: [
        "APIServerStandIn", "CNamespaces", "NFTablesNetlink", "NetworkAddresses", "SystemPrograms",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/AgentBenchmark"),
    // What scripts/bench runs.
    .executableTarget(
      name: "svcnat-benchmark",
      dependencies: [
        "CNamespaces", "IPTables", "KernelFlows", "KubernetesObjects", "LivePlan", "NFTables", "NFTablesNetlink",
        "NetworkAddresses", "RuleTargets", "ServicePlan", "SystemPrograms",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Benchmarks",
      exclude: ["instructions.json", "kube-proxy.json", "measure-kube-proxy"]),
    .executableTarget(
      name: "svcnat-micro-benchmarks",
      dependencies: [
        "KubernetesObjects", "NFTables", "NFTablesNetlink", "NetworkAddresses", "RuleEvaluator", "RuleNames",
        "RuleTargets",
        "RuleText", "ServicePlan",
        .product(name: "Benchmark", package: "swift-benchmark"),
      ],
      path: "Tests/MicroBenchmarks"),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "svcnat-benchmark", "svcnat-micro-benchmarks", .product(name: "Benchmark", package: "swift-benchmark"),
      ]),
    .testTarget(
      name: "ConnectionTrackingTests",
      dependencies: ["ConnectionTracking", "KubernetesObjects", "NetworkAddresses", "ServicePlan"]),
    .testTarget(
      name: "ConntrackNetlinkTests",
      dependencies: [
        "CNetlinkShim", "ConnectionTracking", "ConntrackNetlink", "KernelFlows", "KernelParameters",
        "KubernetesObjects",
        "Netlink", "NetworkAddresses", "RouteNetlink", "RuleTargets", "ServicePlan", "TestSupport",
      ]),
    .testTarget(
      name: "ControlPlaneTests",
      dependencies: ["ControlPlane", "KubernetesObjects", "NetworkAddresses"]),
    // What scripts/deploy and scripts/monitoring have, against what the agent is.
    .testTarget(
      name: "DeploymentTests",
      dependencies: [
        "KubernetesAPI", "KubernetesObjects", "NodeAgent", "PrometheusMetrics", "svcnat", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Agent"])),
      ],
      exclude: ["alerts-test.yaml", "kubernetes-objects.schema.json"]),
    .testTarget(
      name: "ExplanationTests",
      dependencies: [
        "Explanation", "KubernetesObjects", "NetworkAddresses", "RuleEvaluator", "RuleTargets", "ServicePlan", "svcnat",
        "TestSupport",
      ],
      exclude: ["Answers", "cluster.yaml", "one-mode.yaml"]),
    .testTarget(
      name: "FlowCasesTests",
      dependencies: ["FlowCases", "KubernetesObjects", "RuleEvaluator", "RuleTargets", "ServicePlan", "TestSupport"]),
    // Runs the svcnat of this build, so that it tests what users run.
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "IPTables", "KernelFlows", "KubernetesObjects", "NFTables", "NFTablesNetlink", "NetworkAddresses",
        "RuleTargets",
        "ServicePlan", "svcnat", "TestSupport",
      ]),
    .testTarget(
      name: "HealthChecksTests",
      dependencies: ["HealthChecks", "KubernetesObjects", "NetworkAddresses", "ServicePlan"]),
    .testTarget(
      name: "IPTablesTests",
      dependencies: ["IPTables", "KubernetesObjects", "NetworkAddresses", "ServicePlan", "TestSupport"]),
    .testTarget(name: "KernelParametersTests", dependencies: ["KernelParameters", "ServicePlan"]),
    .testTarget(
      name: "KernelFlowsTests",
      dependencies: [
        "CNamespaces", "FlowCases", "IPTables", "KernelFlows", "KubernetesObjects", "NFTables", "NFTablesNetlink",
        "NetworkAddresses", "NodeProgramming", "RuleEvaluator", "RuleTargets", "ServicePlan", "SystemPrograms",
        "TestSupport",
      ]),
    .testTarget(
      name: "KubernetesAPITests",
      dependencies: ["APIServerStandIn", "KubernetesAPI", "KubernetesObjects", "LivePlan", "TestSupport"],
      exclude: ["Recordings"]),
    .testTarget(name: "KubernetesObjectsTests", dependencies: ["KubernetesObjects", "NetworkAddresses"]),
    .testTarget(
      name: "LivePlanTests",
      dependencies: [
        "FlowCases", "KernelFlows", "KubernetesObjects", "LivePlan", "NFTables", "NFTablesNetlink", "NetworkAddresses",
        "RuleEvaluator", "RuleTargets", "ServicePlan", "TestSupport",
        .target(name: "CNamespaces", condition: .when(platforms: [.linux], traits: ["Netlink"])),
      ]),
    .testTarget(name: "NetworkAddressesTests", dependencies: ["NetworkAddresses"]),
    .testTarget(name: "ProcessorsTests", dependencies: ["Processors"]),
    .testTarget(name: "RuleTextTests", dependencies: ["NetworkAddresses", "RuleText"]),
    .testTarget(
      name: "NFTablesTests",
      dependencies: ["KubernetesObjects", "NFTables", "NetworkAddresses", "ServicePlan", "TestSupport"],
      exclude: ["listing-with-handles.txt"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "TestSupport"]),
    .testTarget(
      name: "NFTablesNetlinkTests",
      dependencies: [
        "KernelFlows", "KubernetesObjects", "NFTables", "NFTablesNetlink", "NetworkAddresses", "ServicePlan",
        "TestSupport",
        .target(name: "CNamespaces", condition: .when(platforms: [.linux], traits: ["Netlink"])),
        .target(name: "CNftnl", condition: .when(platforms: [.linux], traits: ["Netlink"])),
      ]),
    .testTarget(
      name: "NodeProgrammingTests",
      dependencies: [
        "FlowCases", "IPTables", "KernelFlows", "KubernetesObjects", "NFTables", "NFTablesNetlink", "NetworkAddresses",
        "NodeProgramming", "RuleTargets", "ServicePlan", "SystemPrograms", "TestSupport",
      ]),
    .testTarget(
      name: "RuleDifferenceTests",
      dependencies: [
        "KubernetesObjects", "NFTables", "NetworkAddresses", "Reports", "RuleDifference", "RuleEvaluator",
        "RuleTargets", "ServicePlan", "TestSupport",
      ],
      exclude: ["Reports"]),
    .testTarget(
      name: "NodeAgentTests",
      dependencies: [
        "APIServerStandIn", "ConnectionTracking", "ConntrackNetlink", "FlowCases", "HealthChecks", "KernelFlows",
        "IPTables", "KernelParameters", "KubernetesAPI", "KubernetesObjects", "LivePlan", "NFTables", "NFTablesNetlink",
        "Netlink", "NetworkAddresses", "NodeAgent", "NodeProgramming", "PrometheusMetrics", "RuleTargets",
        "ServicePlan",
        "svcnat", "SystemPrograms", "TestSupport",
        .target(name: "CNamespaces", condition: .when(platforms: [.linux], traits: ["Netlink"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["Agent"])),
      ]),
    .testTarget(
      name: "PrometheusMetricsTests",
      dependencies: [
        "PrometheusMetrics",
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Agent"])),
      ]),
    .testTarget(
      name: "RuleEvaluatorTests",
      dependencies: [
        "FlowCases", "IPTables", "KubernetesObjects", "NFTables", "NetworkAddresses", "RuleEvaluator", "RuleTargets",
        "ServicePlan", "TestSupport",
      ]),
    .testTarget(
      name: "RuleNamesTests",
      dependencies: ["RuleNames", .product(name: "Yams", package: "Yams")],
      exclude: ["names.yaml"]),
    .testTarget(
      name: "ServiceChecksTests",
      dependencies: ["KubernetesObjects", "NetworkAddresses", "ServiceChecks", "TestSupport"],
      exclude: ["Cases", "Reports"]),
    .testTarget(
      name: "ServiceGraphTests",
      dependencies: [
        "KubernetesObjects", "NetworkAddresses", "RuleTargets", "ServiceChecks", "ServiceGraph", "ServicePlan",
        "TestSupport",
      ],
      exclude: ["Drawings"]),
    .testTarget(
      name: "ServicePlanTests",
      dependencies: ["KubernetesObjects", "NetworkAddresses", "ServicePlan", "TestSupport"]),
    .testTarget(
      name: "SvcnatTests",
      dependencies: [
        "FlowCases", "KubernetesObjects", "NetworkAddresses", "RuleEvaluator", "RuleTargets", "ServicePlan", "svcnat",
      ],
      exclude: ["FlowReports"]),
  ],
  swiftLanguageModes: [.v6]
)
