import NetworkAddresses
import TestSupport

/// One of the four programs that load our documents.
enum RestoreTool: String, CaseIterable, CustomStringConvertible {
  case iptablesLegacy = "iptables-legacy"
  case iptablesNFT = "iptables-nft"
  case ip6tablesLegacy = "ip6tables-legacy"
  case ip6tablesNFT = "ip6tables-nft"

  static func all(_ family: IPFamily) -> [RestoreTool] { allCases.filter { $0.family == family } }

  var family: IPFamily {
    switch self {
    case .iptablesLegacy, .iptablesNFT: .ipv4
    case .ip6tablesLegacy, .ip6tablesNFT: .ipv6
    }
  }

  var description: String { rawValue }

  /// Whether this machine has the tools, and lets us make network namespaces.
  static let areUsable = allCases.allSatisfy { NetworkNamespace.succeeds("\($0.rawValue) -S && \($0.rawValue)-save") }

  /// A shell command that loads a file. The lock of the legacy variant is one for all namespaces.
  func load(_ file: String, options: String = "") -> String {
    "\(rawValue)-restore --wait 60 --noflush \(options) <\(file)"
  }

  /// A shell command that prints what is loaded.
  var save: String { "\(rawValue)-save" }
}
