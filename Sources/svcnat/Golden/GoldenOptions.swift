import ArgumentParser
import Foundation
import KubernetesObjects

/// What `options.yaml` of a golden directory may say: the long options of `svcnat compile`.
struct GoldenOptions: ParsableArguments {
  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Node") var node: NodeOptions
  @OptionGroup(title: "Rules") var rules: RuleOptions

  /// - Parameters:
  ///   - options: names and values; nil: a flag.
  ///   - file: for messages.
  /// - Throws: ``InputFiles/Failure`` for an option that there is not, or a value that means nothing.
  static func read(_ options: [(name: String, value: String?)], from file: String) throws -> GoldenOptions {
    let arguments = options.map { option in option.value.map { "--\(option.name)=\($0)" } ?? "--\(option.name)" }
    do {
      return try GoldenOptions.parse(BooleanOptions.completed(arguments))
    } catch {
      throw InputFiles.Failure(path: file, reason: GoldenOptions.message(for: error))
    }
  }
}
