import NetworkAddresses
import RuleText
import Testing

@Suite struct TextCursorTests {
  /// What is written with room for exactly `room` bytes, in front of and behind other text.
  private func written(room: Int, _ write: (inout TextCursor) -> Void) -> String {
    var buffer = TextBuffer()
    buffer.write("<")
    var cursor = buffer.cursor(room: room)
    write(&cursor)
    buffer.advance(to: cursor)
    buffer.write(">")
    return buffer.text
  }

  @Test func numbersOf16Bits() {
    var buffer = TextBuffer()
    for number in UInt16.min...UInt16.max {
      buffer.write(number)
      buffer.write("\n")
    }
    #expect(buffer.text == (0...65535).map { "\($0)\n" }.joined())
  }

  @Test(arguments: [0, 9, 10, 65535, 65536, 99_999, 100_000, 4_294_967_295] as [UInt32])
  func numbersOf32Bits(number: UInt32) {
    #expect(written(room: 10) { $0.write(number) } == "<\(number)>")
  }

  @Test(arguments: [0, 10, 4_294_967_296, 9_999_999_999_999_999_999, 10_000_000_000_000_000_000, .max] as [UInt64])
  func numbersOf64Bits(number: UInt64) {
    var buffer = TextBuffer()
    buffer.write(number)
    #expect(buffer.text == "\(number)")
  }

  @Test func threeDigits() {
    for number: UInt64 in 0..<1000 {
      let digits = String(repeating: "0", count: 3 - "\(number)".count) + "\(number)"
      #expect(written(room: 3) { $0.write(threeDigitsOf: number) } == "<\(digits)>")
    }
  }

  @Test func hexadecimalNumbers() {
    for number in UInt16.min...UInt16.max where number < 300 || number % 97 == 0 {
      #expect(written(room: 4) { $0.write(hexadecimalDigitsOf: number) } == "<\(String(number, radix: 16))>")
    }
    #expect(written(room: 10) { $0.write(hexadecimal: UInt32(0x00C0_4F00)) } == "<0x00c04f00>")
  }

  @Test func everyOctetInEveryPlace() {
    for octet: UInt32 in 0..<256 {
      let address = octet << 24 | (255 - octet) << 16 | (octet ^ 0x55) << 8 | octet / 2
      let text = [octet, 255 - octet, octet ^ 0x55, octet / 2].map(String.init).joined(separator: ".")
      #expect(written(room: 15) { $0.write(ipv4: address) } == "<\(text)>")
      #expect(written(room: 15) { $0.write(IPAddress(ipv4: address)) } == "<\(text)>")
    }
  }

  @Test func addressesOfIPv6() throws {
    for text in ["::", "fd00::1", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"] {
      let address = try #require(IPAddress(text))
      #expect(written(room: IPAddress.textRoom) { $0.write(address) } == "<\(text)>")
      #expect(written(room: 64) { $0.write(IPPrefix(host: address)) } == "<\(text)/128>")
    }
  }

  /// Strings of every length up to some words of eight bytes, since bytes are copied in words.
  @Test func strings() {
    for length in 0..<70 {
      let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0))) })
      #expect(written(room: length) { $0.write(text) } == "<\(text)>")
    }
    #expect(written(room: 9) { $0.write("größe→") } == "<größe→>")
  }

  /// A byte that nft cannot read inside a quoted string, in every place of strings of every length.
  @Test(arguments: ["\"", "\n", "\t", "\u{1f}", "\0", " ", "!", "#", "\u{7f}", "é", "\u{2028}"])
  func quotedStrings(other: String) {
    for length in 0..<20 {
      for place in 0...length {
        let text = String(repeating: "x", count: place) + other + String(repeating: "y", count: length - place)
        let readable = String(decoding: text.utf8.filter { $0 >= 0x20 && $0 != 0x22 }, as: UTF8.self)
        #expect(written(room: text.utf8.count + 2) { $0.write(quoted: text) } == "<\"\(readable)\">")
      }
    }
  }

  @Test func whatStandsBeforeIsWrittenAgain() {
    for length in 1...100 {
      let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0 % 90))) })
      let again = written(room: 2 * length + 1) { cursor in
        let start = cursor
        cursor.write(text)
        cursor.write("|")
        let distance = cursor.distance(from: start)
        cursor.write(again: length, from: distance)
      }
      #expect(again == "<\(text)|\(text)>")
    }
  }
}
