import Crypto

/// SHA-256 in standard base32, cut short: what chain names carry so that they stay unique within the kernel's limits.
enum NameHash {
  private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

  /// The first characters of the base32 text of the digest of `bytes`.
  ///
  /// - Parameter length: characters wanted, at most 51: no padding is ever reached.
  static func text(_ bytes: [UInt8], length: Int) -> String {
    let digest = SHA256.hash(data: bytes)
    return String(unsafeUninitializedCapacity: length) { buffer in
      digest.withUnsafeBytes { digest in
        alphabet.withUTF8Buffer { alphabet in
          for index in 0..<length {
            let bit = index * 5
            let pair =
              UInt16(digest[bit / 8]) << 8 | (bit / 8 + 1 < digest.count ? UInt16(digest[bit / 8 + 1]) : 0)
            buffer[index] = alphabet[Int(pair >> UInt16(11 - bit % 8) & 31)]
          }
        }
      }
      return length
    }
  }
}
