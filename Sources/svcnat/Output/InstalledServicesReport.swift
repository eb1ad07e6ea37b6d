#if Netlink && os(Linux)
  import NetworkAddresses
  import NodeProgramming
  import Reports

  /// What `svcnat show` prints.
  struct InstalledServicesReport {
    struct Row {
      /// `table ip svcnat`
      var place: String
      var owner: RuleOwner
      var frontend: InstalledFrontend
      /// False: no Service of the inputs has it. Nil: there are no inputs.
      var isKnown: Bool?
    }

    var rows: [Row] = []
    /// Places with rules for Services, and whose they are.
    var places: [(name: String, owner: RuleOwner)] = []
    /// What somebody has put into our tables, and is no rule for a Service.
    var strays: [String] = []

    // MARK: - Text

    /// - Parameter counts: whether there is a column for connections.
    func table(isWide: Bool, counts: Bool = false) -> String {
      var text = ""
      if places.isEmpty { text += "no rules for Services are installed\n" }
      for place in places {
        text += "\(place.name), \(place.owner.word)\n"
        let rows = rows.filter { $0.place == place.name }
        var lines = [
          ["SERVICE", "FRONTEND", "BACKENDS", "POLICY"] + (counts ? ["CONNECTIONS"] : [])
            + (isWide ? ["AFFINITY", "KNOWN"] : [])
        ]
        for row in rows { lines.append(cells(row, isWide: isWide, counts: counts)) }
        text += InstalledServicesReport.columns(lines)
        if counts, !rows.contains(where: { $0.frontend.connections != nil }) {
          text += "nobody counts in \(place.name); svcnat apply --target nft-maps --counters makes it count\n"
        }
      }
      for row in rows where row.isKnown == false {
        text += "of no known Service: \(row.frontend.servicePort ?? "?") \(row.frontend.frontend) in \(row.place)\n"
      }
      for stray in strays { text += "of nobody: \(stray)\n" }
      return text
    }

    private func cells(_ row: Row, isWide: Bool, counts: Bool) -> [String] {
      let frontend = row.frontend
      let backends =
        frontend.action == .translate ? InstalledServicesReport.backends(frontend, isWide) : frontend.action.rawValue
      var cells = [frontend.servicePort ?? "?", frontend.frontend, backends, frontend.policy?.rawValue ?? "-"]
      if counts { cells.append(frontend.connections.map { "\($0)" } ?? "-") }
      guard isWide else { return cells }
      let known = row.isKnown.map { $0 ? "yes" : "no" } ?? "-"
      return cells + [frontend.hasAffinity ? "ClientIP" : "-", known]
    }

    /// Two and the number of the others, or all of them.
    private static func backends(_ frontend: InstalledFrontend, _ isWide: Bool) -> String {
      func list(_ backends: [InstalledFrontend.Backend]) -> String {
        if backends.isEmpty { return "none" }
        let shown = isWide ? backends[...] : backends.prefix(2)
        let rest = backends.count - shown.count
        return shown.map(\.description).joined(separator: ",") + (rest > 0 ? " and \(rest) more" : "")
      }
      let all = list(frontend.backends)
      return frontend.outsideBackends.map { "\(all) (from outside: \(list($0)))" } ?? all
    }

    private static func columns(_ lines: [[String]]) -> String {
      var widths = [Int](repeating: 0, count: lines.first?.count ?? 0)
      for line in lines {
        for (column, cell) in line.enumerated() { widths[column] = max(widths[column], cell.count) }
      }
      return lines.map { line in
        var text = " "
        for (column, cell) in line.enumerated() {
          text += " " + cell
          if column < line.count - 1 { text += String(repeating: " ", count: widths[column] - cell.count + 1) }
        }
        return text + "\n"
      }.joined()
    }

    // MARK: - For programs

    var document: JSONValue {
      .object([
        "version": 1,
        "places": .array(
          places.map { .object(["name": .string($0.name), "owner": .string($0.owner.word)]) }),
        "frontends": .array(rows.map(InstalledServicesReport.json)),
        "strays": .strings(strays),
      ])
    }

    private static func json(_ row: Row) -> JSONValue {
      let frontend = row.frontend
      return .object([
        "place": .string(row.place),
        "servicePort": frontend.servicePort.map { .string($0) },
        "address": frontend.address.map { .string($0.description) },
        "isNodePort": .boolean(frontend.address == nil),
        "protocol": .string(frontend.transport.rawValue),
        "port": .number(Int(frontend.port)),
        "action": .string(frontend.action.rawValue),
        "policy": frontend.policy.map { .string($0.rawValue) },
        "sessionAffinity": .string(frontend.hasAffinity ? "ClientIP" : "None"),
        "backends": .strings(frontend.backends.map(\.description)),
        "outsideBackends": frontend.outsideBackends.map { .strings($0.map(\.description)) },
        "connections": frontend.connections.map { .number(Int(clamping: $0)) },
        "isKnown": row.isKnown.map { .boolean($0) },
      ])
    }
  }

  extension RuleOwner {
    var word: String {
      switch self {
      case .svcnat: "svcnat"
      case .kubeProxy: "kube-proxy"
      }
    }
  }
#endif
