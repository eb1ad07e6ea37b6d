import KubernetesObjects

/// Reads one text.
func read(
  _ text: String, named file: String = "in.yaml", format: InputFormat? = nil, skipInvalid: Bool = false
) -> ObjectSet {
  read(Array(text.utf8), named: file, format: format, skipInvalid: skipInvalid)
}

func read(
  _ bytes: [UInt8], named file: String = "in.yaml", format: InputFormat? = nil, skipInvalid: Bool = false
) -> ObjectSet {
  var reader = ObjectReader(options: ObjectReader.Options(skipInvalid: skipInvalid))
  bytes.withUnsafeBytes { reader.read($0, named: file, format: format) }
  return reader.finish()
}

extension ObjectSet {
  /// What was said, as it is printed.
  var said: [String] { diagnostics.map { $0.text(files: files) } }
}
