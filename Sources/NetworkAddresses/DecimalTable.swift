/// The digits of numbers below a thousand, so that a number is written with one load and one store for three digits.
public struct DecimalTable {
  /// A number's digits from the lowest byte on, a dot behind them, and in the highest byte how many digits they are.
  @usableFromInline
  let entries: UnsafePointer<UInt64>

  // Its memory is filled once, here, and never freed.
  nonisolated(unsafe) public static let shared = DecimalTable()

  private init() {
    let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: 2000)
    let zeros: UInt64 = 0x30_3030
    for number: UInt64 in 0..<1000 {
      let padded = (number / 100) | ((number / 10 % 10) << 8) | ((number % 10) << 16) | zeros
      let digits: UInt64 = number < 10 ? 1 : number < 100 ? 2 : 3
      let dot = UInt64(UInt8(ascii: ".")) << (8 * digits)
      memory[Int(number)] = (padded >> (8 * (3 - digits))) | dot | (digits << 56)
      memory[Int(number) + 1000] = padded
    }
    entries = UnsafePointer(memory)
  }

  /// Up to three digits; four bytes are written.
  ///
  /// - Parameter number: below 1,000.
  @inlinable
  @inline(__always)
  public func write(_ number: Int, to end: inout UnsafeMutablePointer<UInt8>) {
    let entry = entries[number]
    UnsafeMutableRawPointer(end).storeBytes(of: UInt32(truncatingIfNeeded: entry).littleEndian, as: UInt32.self)
    end += Int(truncatingIfNeeded: entry >> 56)
  }

  /// With a dot behind them.
  ///
  /// - Parameter number: below 1,000.
  @inlinable
  @inline(__always)
  public func write(dotted number: Int, to end: inout UnsafeMutablePointer<UInt8>) {
    write(number, to: &end)
    end += 1
  }

  /// Always three digits; four bytes are written.
  ///
  /// - Parameter number: below 1,000.
  @inlinable
  @inline(__always)
  public func write(padded number: Int, to end: inout UnsafeMutablePointer<UInt8>) {
    let entry = entries[1000 + number]
    UnsafeMutableRawPointer(end).storeBytes(of: UInt32(truncatingIfNeeded: entry).littleEndian, as: UInt32.self)
    end += 3
  }
}
