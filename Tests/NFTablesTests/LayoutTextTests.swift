import NFTables
import NetworkAddresses
import Testing

/// What the layouts write is read back as what they meant.
@Suite struct LayoutTextTests {
  @Test(arguments: Layout.all)
  func textIsReadBack(layout: Layout) throws {
    for input in try PlannedInput.all {
      for plan in input.plans {
        let table = layout.table(plan)
        let read = try RulesetParser.parse(TableText.replacing(table)).tables
        try #require(read.count == 1)
        let differences = TableComparison.differences(from: table, to: read[0])
        #expect(differences.isEmpty, "\(input), \(table.familyWord)")
      }
    }
  }

  /// So many elements and chains that threads share them out.
  @Test(arguments: IPFamily.allCases)
  func largeTablesAreReadBack(family: IPFamily) throws {
    func address(_ number: Int) -> IPAddress {
      let mixed = UInt64(number) &* 0x9E37_79B9_7F4A_7C15
      return family == .ipv4
        ? IPAddress(ipv4: UInt32(truncatingIfNeeded: mixed >> 32))
        : IPAddress(ipv6High: 0xfd00 << 48, low: number % 2 == 0 ? mixed : UInt64(number))
    }
    func key(_ number: Int, index: Int? = nil) -> RegisterBytes {
      var key = RegisterBytes()
      key.append(address(number))
      key.append(number % 3 == 0 ? .udp : .tcp)
      key.append(port: UInt16(truncatingIfNeeded: number * 7))
      if let index { key.append(number: UInt32(index)) }
      return key
    }
    let endpoints = (0..<5000).flatMap { frontend in
      (0..<frontend % 5).map { index in
        var endpoint = RegisterBytes()
        endpoint.append(address(frontend * 5 + index))
        endpoint.append(port: UInt16(truncatingIfNeeded: frontend * 31))
        return Element(key(frontend, index: index), data: .fields(endpoint))
      }
    }
    let services = (0..<9000).map { number in
      Element(
        key(number), data: .verdict(.goto("pick-\(number % 40)")), comment: number % 4 == 0 ? "a/b\(number):c" : nil)
    }
    let frontend: [FieldType] = [.address(family), .transportProtocol, .port]
    let table = Table(
      family: family, name: "t",
      sets: [
        NamedSet(
          "endpoints", key: frontend + [.randomNumber], data: .fields([.address(family), .port]),
          elements: endpoints.sorted { $0.key < $1.key }),
        NamedSet("services", key: frontend, data: .verdict, elements: services.sorted { $0.key < $1.key }),
      ],
      chains: (0..<5000).map { number in
        Chain(
          "chain-\(number)",
          rules: [
            Rule(
              .match(.destinationAddress, .address(address(number))), .goto("chain-\((number + 1) % 5000)"),
              comment: "\(number)")
          ])
      })
    let text = TableText.replacing(table)
    let read = try RulesetParser.parse(text).tables
    try #require(read.count == 1)
    #expect(TableComparison.differences(from: table, to: read[0]).isEmpty)
    #expect(read[0].sets.map(\.elements.count) == table.sets.map(\.elements.count))
    var pieces: [UInt8] = []
    TableText.writeReplacing(table) { pieces += $0 }
    #expect(pieces == text)
  }
}
