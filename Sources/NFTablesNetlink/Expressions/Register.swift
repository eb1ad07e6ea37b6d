#if Netlink && os(Linux)
  /// A place in the kernel's 64 bytes of registers, by the 32-bit word where it begins.
  ///
  /// The kernel has two numberings for the same bytes: four registers of 16 bytes, and sixteen of 4. It lists a word by the
  /// first where it can.
  struct Register: Hashable {
    var word: Int

    static let words = 16

    init(word: Int) { self.word = word }

    /// Nil: it is the register of verdicts, or there is none of the number.
    init?(number: UInt32) {
      switch number {
      case 1...4: word = Int(number - 1) * 4
      case 8...23: word = Int(number) - 8
      default: return nil
      }
    }

    /// As the kernel lists it.
    var number: UInt32 { UInt32(word % 4 == 0 ? word / 4 + 1 : word + 8) }

    /// The register of verdicts.
    static let verdict: UInt32 = 0
  }
#endif
