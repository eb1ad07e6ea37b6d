import Foundation

/// One text that was read already: a file, or standard input, which can be read but once.
struct FixedInput: InputSource {
  var name: String
  var data: Data

  var settings: WorkingFiles { WorkingFiles() }

  func find(_ inputs: [String]) throws -> [String] { [name] }

  func contents(of name: String) throws -> Data { data }
}
