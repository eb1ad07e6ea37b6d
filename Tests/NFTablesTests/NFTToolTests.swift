import NFTables
import TestSupport
import Testing

/// The real nft and the kernel take what the layouts write, and list it with the same meaning.
@Suite(.enabled(if: NetworkNamespace.succeeds("nft list ruleset"), "needs root, unshare and nft"))
struct NFTToolTests {
  /// What else may be on a node.
  private static let others = """
    table inet host {
      counter seen { packets 7 bytes 420
      }
      chain input {
        type filter hook input priority filter; policy drop;
        counter name seen
        tcp dport 22 accept
      }
    }
    table ip nat {
      set cluster-ips {
        type ipv4_addr
        elements = { 10.0.0.1 }
      }
      chain services {
        ip daddr @cluster-ips masquerade
      }
    }

    """

  /// Both tables go through everything in one namespace, one input after the other. Handles tell whether the others
  /// were touched.
  private static let script = """
    exec 2>&1
    # One process lists one table: nft 1.0.6 finds only the last of several.
    list() { nft list table ip $1 && nft list table ip6 $1; }
    nft -f others && nft -a list ruleset >before || exit 1
    for document in *.nft; do
      echo "#document $document"
      nft -c -f $document && nft -f $document && nft -f $document && list $table >listing || echo "#failed: loading"
      cat listing
      cat delete listing | nft -f - && list $table >again && cmp listing again || echo "#failed: loading what it lists"
    done
    echo "#document end"
    nft -f delete && nft -a list ruleset >after && cmp before after || echo "#failed: leaving other tables alone"
    """

  @Test(arguments: Layout.all)
  func tablesLoadAndComeBack(layout: Layout) throws {
    // Steps that change nothing here are tried once.
    var seen: Set<[Table]> = []
    let inputs = try PlannedInput.all.map { input in (input, input.plans.map(layout.table)) }
      .filter { seen.insert($0.1).inserted }
    var files = [
      "others": Self.others,
      "delete": "delete table ip \(layout.tableName)\ndelete table ip6 \(layout.tableName)\n",
    ]
    for (index, (_, tables)) in inputs.enumerated() {
      files["\(index).nft"] = tables.map { String(decoding: TableText.replacing($0), as: UTF8.self) }.joined()
    }
    let outcome = try NetworkNamespace.run("table=\(layout.tableName)\n" + Self.script, files: files)
    try #require(outcome.status == 0, "\(outcome.output)")
    let sections = outcome.output.split(separator: "#document ").map { section in
      section.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    }
    var listings: [Substring: Substring] = [:]
    for section in sections { listings[section[0]] = section.last }
    #expect(listings["end"] == "")
    for (index, (input, tables)) in inputs.enumerated() {
      let listing = try #require(listings["\(index).nft"])
      guard !listing.contains("#failed") else {
        Issue.record("\(layout), \(input):\n\(listing.suffix(2000))")
        continue
      }
      let listed = try RulesetParser.parse(String(listing)).tables
      #expect(listed.count == tables.count)
      for (compiled, listed) in zip(tables, listed) {
        let differences = TableComparison.differences(from: compiled, to: listed)
        #expect(differences.isEmpty, "\(input), \(compiled.familyWord)")
      }
    }
  }
}
