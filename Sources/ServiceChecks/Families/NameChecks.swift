import KubernetesObjects

/// SVC8xx: names that do not fit.
enum NameChecks {
  static let cut = Check(
    "SVC801", "NameIsCut", .info, "a name that is cut in rules",
    what: "Namespace, name and port name together, `namespace/name:port`, have more than 128 bytes.",
    why:
      "nftables takes comments of at most 128 bytes: the comment ends with dots, so that looking for the whole name in "
      + "`nft list` finds nothing. Traffic is not affected; names of chains have a hash.",
    remedy: "Look for the first part of the name, or choose shorter ones.",
    advice: "Look for the first 125 bytes of the name in nft list.",
    example: """
      metadata:
        namespace: (63 characters)
        name: (63 characters)
      """)

  static let checks = [cut]

  /// What nft reads of a comment.
  private static let limit = 128

  static func run(_ cluster: CheckedCluster, _ findings: inout [Finding]) {
    for service in cluster.services where service.kind != .externalName && !service.isHeadless {
      let base = service.name.namespace.utf8.count + service.name.name.utf8.count + 1
      for (index, port) in service.ports.enumerated() {
        let length = base + (port.name.isEmpty ? 0 : port.name.utf8.count + 1)
        guard length > limit else { continue }
        findings.append(
          Finding(
            cut, service, field: "spec.ports[\(index)]", at: port.position,
            "namespace/name:port has \(length) bytes, comments of rules \(limit)"))
      }
    }
  }
}
