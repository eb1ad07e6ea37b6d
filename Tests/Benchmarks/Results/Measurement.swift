/// What one stage took at one size.
struct Measurement: Codable, Sendable {
  var stage: Stage
  /// The target of the rules, where the stage has one.
  var target: String?
  /// Services of the cluster.
  var services: Int
  /// Endpoints of each Service.
  var endpoints: Int
  /// Seconds of each run; of a stage with many small runs, such as updates, every run is one.
  var samples: [Double]
  /// Read or written by one run.
  var bytes: Int?
  /// The most memory the process held during the stage, with what it needs of the stages before; bytes.
  var peakMemory: Int?
  /// Pair by pair within the same rounds.
  var ratios: [Ratio] = []
  /// Where the figure does not come from this run.
  var source: String?

  /// The quotient of this stage and another one, round by round.
  struct Ratio: Codable, Sendable {
    /// The other stage, in words.
    var to: String
    var samples: [Double]
  }

  var spread: Spread { Spread(samples) }
}

/// What is measured.
enum Stage: String, Codable, Sendable, CaseIterable {
  case decodeJSON = "decode JSON"
  case decodeYAML = "decode YAML"
  case plan
  case lower
  case emit
  case encode
  case coldLoad = "cold load"
  case kernelAlone = "kernel alone"
  case nft = "nft -f"
  case restoreLegacy = "iptables-legacy-restore"
  case restoreNFT = "iptables-nft-restore"
  case dump
  case compare
  case endpointReplaced = "endpoint replaced"
  case countChanged = "count changed"
  case serviceAdded = "Service added"
  case serviceRemoved = "Service removed"
  case onePercent = "1 % churn"
  case everything = "100 % churn"
  case start
  case restart
  case newConnection = "new connection"
  case plainAddress = "plain address"

  /// What it covers, for those who read the table.
  var explanation: String {
    switch self {
    case .decodeJSON: "bytes in memory to objects"
    case .decodeYAML: "the same cluster as YAML"
    case .plan: "objects to the plan of a node"
    case .lower: "plan to rules as values"
    case .emit: "rules to text in memory"
    case .encode: "rules to the bytes of a netlink batch"
    case .coldLoad: "lowering, encoding and committing into an empty namespace"
    case .kernelAlone: "the kernel's time for the same batch, replayed"
    case .nft: "the text of the same rules through nft"
    case .restoreLegacy, .restoreNFT: "the text of the same Services through that tool"
    case .dump: "the installed table read back from the kernel"
    case .compare: "what was read against what should be there"
    case .endpointReplaced: "one endpoint's address, from the changed slice to the end of the commit"
    case .countChanged: "a Service gains or loses an endpoint, likewise"
    case .serviceAdded, .serviceRemoved: "one Service with its slice, likewise"
    case .onePercent: "one endpoint of each hundredth Service, at once"
    case .everything: "one endpoint of each Service, at once"
    case .start: "a process from a JSON dump on disk to committed rules"
    case .restart: "the same where the kernel has these rules already"
    case .newConnection: "the first UDP packet of a connection to a Service, forwarded by the kernel"
    case .plainAddress: "the first packet to an address that is no Service, with the same rules"
    }
  }
}
