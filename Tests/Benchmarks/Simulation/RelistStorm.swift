/// All nodes come back after an outage: when they try, what the servers make of it, and when the last one knows its cluster.
///
/// Time goes in steps of ten milliseconds.
struct RelistStorm {
  var model: APIServerModel
  var nodes: Int
  /// Seconds for which no server answered.
  var outage: Double
  /// Whether waits are spread at random.
  var isJittered: Bool

  struct Outcome {
    /// Seconds after the servers are back until so many of the nodes know everything.
    var half = 0.0
    var almostAll = 0.0
    var all = 0.0
    /// Requests in the busiest second, of all servers.
    var peakRequests = 0
    var rejected = 0
    var bytes = 0.0
  }

  private struct Request {
    var node: Int
    var remaining: Double
  }

  private struct Server {
    var running: [Request] = []
    var waiting: [Request] = []
  }

  /// One of the two watches of a node.
  private struct Watch {
    var node: Int
    var bytes: Double
    /// Seconds.
    var wait = firstWait
    var next = 0.0
  }

  private static let step = 0.01
  // As KubernetesAPI.Backoff, which this program does not import: NIO would come with it.
  private static let firstWait = 0.8
  private static let longestWait = 30.0

  func run() -> Outcome {
    var random = Randomness(state: UInt64(nodes) &* 7919 &+ 1)
    var outcome = Outcome()
    var watches: [Watch] = []
    for node in 0..<nodes {
      for bytes in [model.bytesOfServices, model.bytesOfSlices] {
        watches.append(Watch(node: node, bytes: bytes))
      }
    }
    // Tries during the outage fail at once.
    for index in watches.indices {
      var time = -outage
      while time < 0 { time += delay(&watches[index], &random) }
      watches[index].next = time
    }
    var servers = [Server](repeating: Server(), count: model.servers)
    var left = [Int](repeating: 2, count: nodes)
    var done: [Double] = []
    var requests: [Int: Int] = [:]
    var pending = watches.indices.sorted { watches[$0].next > watches[$1].next }
    var time = 0.0
    while done.count < nodes {
      var again: [Int] = []
      while let index = pending.last, watches[index].next <= time {
        pending.removeLast()
        requests[Int(time), default: 0] += 1
        let server = Int(random.next() * Double(servers.count))
        if servers[server].waiting.count >= model.queue {
          outcome.rejected += 1
          watches[index].next = time + max(1, delay(&watches[index], &random))
          again.append(index)
        } else {
          servers[server].waiting.append(Request(node: watches[index].node, remaining: watches[index].bytes))
        }
      }
      if !again.isEmpty {
        pending.append(contentsOf: again)
        pending.sort { watches[$0].next > watches[$1].next }
      }
      for index in servers.indices {
        while servers[index].running.count < model.listsAtOnce, !servers[index].waiting.isEmpty {
          servers[index].running.append(servers[index].waiting.removeFirst())
        }
        let progress = model.rate(servers[index].running.count) * Self.step
        for place in servers[index].running.indices {
          outcome.bytes += min(progress, servers[index].running[place].remaining)
          servers[index].running[place].remaining -= progress
        }
        for request in servers[index].running where request.remaining <= 0 {
          left[request.node] -= 1
          if left[request.node] == 0 { done.append(time) }
        }
        servers[index].running.removeAll { $0.remaining <= 0 }
      }
      time += Self.step
    }
    outcome.half = done[done.count / 2]
    outcome.almostAll = done[min(done.count - 1, done.count * 99 / 100)]
    outcome.all = done[done.count - 1]
    outcome.peakRequests = requests.values.max() ?? 0
    return outcome
  }

  /// The agent's own rule.
  private func delay(_ watch: inout Watch, _ random: inout Randomness) -> Double {
    let delay = watch.wait
    watch.wait = min(delay * 2, Self.longestWait)
    return isJittered ? delay + delay * random.next() : delay
  }
}

/// The same numbers every time.
private struct Randomness {
  var state: UInt64

  /// In 0..<1.
  mutating func next() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
  }
}
