import ArgumentParser
import Foundation

/// What API servers pay for a node agent on each of many nodes. Nothing is measured: the assumptions are printed.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Works out what API servers pay for many nodes.",
    discussion: "Nothing is measured. The assumptions are options, and are printed with the result.")

  @Option(help: "Services of the cluster.") var services = 10_000
  @Option(help: "Endpoints of each Service.") var endpoints = 10
  @Option(help: "API servers.") var servers = 3
  @Option(help: "Endpoints that change in a second.") var changes = 10.0
  @Option(help: "Seconds for which no API server answers.") var outage = 60.0
  @Option(help: "Bytes a second that one API server can send.") var bandwidth = 1.25e9
  @Option(help: "Bytes a second that one processor of an API server encodes.") var encoding = 60e6
  @Option(help: "Processors of an API server.") var processors = 16

  private static let nodeCounts = [100, 1000, 5000, 10_000]

  func validate() throws {
    guard services > 0, endpoints >= 0, servers > 0, changes >= 0, outage >= 0, bandwidth > 0, encoding > 0,
      processors > 0
    else { throw ValidationError("a count, a rate or a time is too small") }
  }

  func run() throws {
    var model = APIServerModel()
    model.services = services
    model.endpoints = endpoints
    model.servers = servers
    model.bandwidth = bandwidth
    model.encoding = encoding
    model.processors = processors
    print(assumptions(model))
    print("\nChanges: what the servers send together\n")
    print(fanOut(model))
    print("\nAfter \(FigureText.digits(outage)) s without a server, every node lists everything again\n")
    print(storms(model))
  }

  private func assumptions(_ model: APIServerModel) -> String {
    """
    \(FigureText.count(services)) Services with \(endpoints) endpoints each; objects as compact JSON with managedFields: \
    a Service has \(Int(model.serviceBytes)) bytes, a slice \(Int(model.sliceBytes)) and \(Int(model.endpointBytes)) for \
    each endpoint. A node knows \(FigureText.bytes(model.bytesOfServices + model.bytesOfSlices)) of them.
    \(servers) API servers, each with \(processors) processors that encode and encrypt \(FigureText.bytes(encoding)) \
    a second each, and a link of \(FigureText.bytes(bandwidth)) a second; \(model.listsAtOnce) lists at once, \
    \(model.queue) waiting, more are sent away. Nothing is compressed.
    A node has two watches. A watch that fails is tried again after 0.8 s, then twice as long each time up to 30 s; to each \
    wait up to as much again is added at random.
    """
  }

  private func fanOut(_ model: APIServerModel) -> String {
    var rows = [
      ["nodes", "bytes a change", "of all nodes", "at \(FigureText.digits(changes)) changes a second", "of the links"]
    ]
    for nodes in Self.nodeCounts {
      let rate = model.bytesOfChange * Double(nodes) * changes
      rows.append([
        FigureText.count(nodes), FigureText.bytes(model.bytesOfChange),
        FigureText.bytes(model.bytesOfChange * Double(nodes)),
        FigureText.bytes(rate) + "/s", String(format: "%.1f %%", rate / (bandwidth * Double(servers)) * 100),
      ])
    }
    return TextReport.aligned(rows, leftColumns: 0).joined(separator: "\n")
  }

  private func storms(_ model: APIServerModel) -> String {
    var rows = [
      ["nodes", "jitter", "half know all", "99 %", "all", "requests in the worst second", "sent away", "bytes"]
    ]
    for nodes in Self.nodeCounts {
      for isJittered in [true, false] {
        let outcome = RelistStorm(model: model, nodes: nodes, outage: outage, isJittered: isJittered).run()
        rows.append([
          FigureText.count(nodes), isJittered ? "yes" : "no", FigureText.seconds(outcome.half),
          FigureText.seconds(outcome.almostAll), FigureText.seconds(outcome.all),
          FigureText.count(outcome.peakRequests), FigureText.count(outcome.rejected), FigureText.bytes(outcome.bytes),
        ])
      }
    }
    return TextReport.aligned(rows, leftColumns: 0).joined(separator: "\n")
  }
}
