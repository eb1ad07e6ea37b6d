struct LiveKubeProxy {
  var path: String; var mode: String; func measure(_ size: ClusterSize, input: String) throws -> [Measurement] { [] }
}
