/// What is taken for granted of the cluster and its API servers. All of it can be set.
struct APIServerModel: Sendable {
  var services = 10_000
  var endpoints = 10
  /// Behind a load balancer that spreads connections evenly.
  var servers = 3
  /// Bytes of one object as compact JSON with managedFields, as scripts/generate-cluster makes them: a Service, and a slice
  /// without and for each endpoint.
  var serviceBytes = 1509.0
  var sliceBytes = 1086.0
  var endpointBytes = 285.0
  /// What one server can send, in bytes a second: 10 Gbit/s.
  var bandwidth = 1.25e9
  /// What one processor of a server encodes and encrypts, in bytes a second.
  var encoding = 60e6
  /// Processors of a server.
  var processors = 16
  /// Lists a server answers at once; each takes ten of its 600 seats.
  var listsAtOnce = 60
  /// Lists that wait in a server; more are answered with 429 and `Retry-After: 1`.
  var queue = 500

  /// Endpoints are in slices of at most 100.
  var slicesPerService: Int { max(1, (endpoints + 99) / 100) }

  var bytesOfServices: Double { Double(services) * serviceBytes }

  var bytesOfSlices: Double {
    Double(services) * (Double(slicesPerService) * sliceBytes + Double(endpoints) * endpointBytes)
  }

  /// What a change of one endpoint sends to each node: its whole slice, in a watch event.
  var bytesOfChange: Double { sliceBytes + Double(min(endpoints, 100)) * endpointBytes + 40 }

  /// Bytes a second of one list while so many are answered by the same server.
  func rate(_ running: Int) -> Double {
    let each = Double(max(1, running))
    return min(encoding, encoding * Double(processors) / each, bandwidth / each)
  }
}
