import KubernetesObjects
import Testing

/// No input may crash, hang or need memory without bounds.
@Suite struct HostileInputTests {
  /// A small generator that gives the same numbers everywhere (SplitMix64).
  struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return mixed ^ mixed >> 31
    }
  }

  static let samples: [(text: String, format: InputFormat)] = [
    (Sample.yaml, .yaml), (Sample.json, .json), (Sample.json, .yaml),
  ]

  /// Reads in all ways and checks what must hold of any outcome.
  func readAll(_ bytes: [UInt8], _ format: InputFormat) {
    let lines = UInt32(bytes.count { $0 == 0x0a || $0 == 0x0d || $0 == 0x85 || $0 == 0xa8 || $0 == 0xa9 } + 1)
    func isPlausible(_ diagnostic: Diagnostic) -> Bool {
      diagnostic.position.map { $0.line >= 1 && $0.line <= lines && $0.column >= 1 } ?? false
    }
    var holds = read(bytes, format: format).diagnostics.allSatisfy(isPlausible)
    let skipping = read(bytes, format: format, skipInvalid: true)
    holds = holds && !skipping.hasErrors && skipping.diagnostics.allSatisfy(isPlausible)
    let (documents, diagnostics) = bytes.withUnsafeBytes { DocumentTree.read($0, named: "-", format: format) }
    holds = holds && diagnostics.allSatisfy(isPlausible) && documents.allSatisfy { visit($0.root) > 0 }
    #expect(holds, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
  }

  func visit(_ node: DocumentNode) -> Int {
    node.elements.reduce(1) { $0 + visit($1) } + node.entries.reduce(0) { $0 + visit($1.value) }
  }

  @Test(arguments: 0..<samples.count)
  func truncatedAtEveryByte(sample: Int) {
    let bytes = Array(Self.samples[sample].text.utf8.prefix(1600))
    for count in 0..<bytes.count { readAll(Array(bytes[..<count]), Self.samples[sample].format) }
  }

  @Test(arguments: 0..<samples.count)
  func mutated(sample: Int) {
    var numbers = Numbers(state: UInt64(sample))
    let original = Array(Self.samples[sample].text.utf8)
    let words = [
      "{", "}", "[", "]", ":", ",", "\"", "\\", "\n", "- ", "&a ", "*a", "<<: ", "null", "---\n", "\t", "\u{85}", "é",
    ]
    for _ in 0..<250 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &numbers) {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &numbers)].utf8, at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1..<40, using: &numbers)))
        default:
          let end = min(bytes.count, place + Int.random(in: 1..<60, using: &numbers))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &numbers))
        }
      }
      readAll(bytes, Self.samples[sample].format)
    }
  }

  @Test func randomBytes() {
    var numbers = Numbers(state: 7)
    let alphabet = Array("{}[]:,\"\\ \n\t-&*!|>'%@`#?0123456789aeflnrstu.+~<=".utf8)
    for round in 0..<1000 {
      let bytes = (0..<Int.random(in: 0..<80, using: &numbers)).map { _ in
        round % 4 == 0
          ? UInt8.random(in: 0...255, using: &numbers) : alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)]
      }
      for format in InputFormat.allCases { readAll(bytes, format) }
    }
  }

  @Test func aliasBomb() {
    var text = "apiVersion: v1\nkind: Service\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(
      read(text).said == [
        "in.yaml:8:40: error: the aliases and merge keys of this document expand to more than 1000000 values (an alias bomb?)"
      ])
  }

  @Test func mergeBomb() {
    var text = "a0: &a0 {k0: v}\n"
    for level in 1...2000 { text += "a\(level): &a\(level) {<<: *a\(level - 1), k\(level): v}\n" }
    let said = read(text).said
    #expect(said.count == 1)
    #expect(said.first?.contains("expand to more than 1000000 values") ?? false)
  }

  @Test func longTextsOfAliasesCountToo() {
    let text =
      "a: &a \"" + String(repeating: "x", count: 1_000_000) + "\"\nb:\n" + String(repeating: "- *a\n", count: 1000)
    #expect(read(text).said.first?.contains("an alias bomb?") ?? false)
  }

  @Test(arguments: [101, 5000, 100_000])
  func deepNesting(levels: Int) {
    let json = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    #expect(read(json, format: .json).said == ["in.yaml:1:101: error: nested deeper than 100 levels"])
    #expect(read(json, format: .yaml).said.first?.hasSuffix(": error: nested deeper than 100 levels") ?? false)
    let objects = String(repeating: #"{"a":"#, count: levels)
    #expect(read(objects, format: .json).said == ["in.yaml:1:501: error: nested deeper than 100 levels"])
    let block = String(repeating: "- ", count: levels) + "x"
    #expect(read(block).said.first == "in.yaml:1:201: error: nested deeper than 100 levels")
  }

  @Test func hundredLevelsAreFine() {
    let json = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    for format in InputFormat.allCases {
      #expect(read(json, format: format).said == ["in.yaml:1:1: error: expected a Kubernetes object, found a list"])
    }
  }

  @Test func aliasesDoNotNestDeeperEither() {
    var text = "a0: &a0 [x]\n"
    for level in 1...200 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(read(text).said == ["in.yaml:100:12: error: nested deeper than 100 levels"])
  }

  @Test func aliasToItself() {
    #expect(
      read("a: &a [*a]").said == [
        "in.yaml:1:8: error: the alias *a stands for nothing: no complete value before it is marked &a"
      ])
  }

  @Test func manyErrorsAreCounted() {
    let ports = String(repeating: "{\"port\":0},", count: 12_000) + "{\"port\":1}"
    let text =
      #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":{"clusterIP":"None","ports":[\#(ports)]}}"#
    let set = read(text, format: .json)
    #expect(set.diagnostics.count == 10_001)
    #expect(set.said.last?.hasPrefix("note: ") ?? false)
    #expect(set.services.isEmpty)
  }

  @Test func manyBrokenDocumentsAreGivenUp() {
    let set = read(String(repeating: "---\n{\n", count: 5000))
    #expect(set.diagnostics.count == 100)
  }
}
