import Foundation
import Testing

/// `svcnat graph` as people call it: what it writes where, and how it ends.
@Suite struct GraphCommandTests {
  private static let input = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
    addressType: IPv4
    ports: [{name: "", port: 8080}]
    endpoints: [{addresses: [10.244.1.1]}, {addresses: [10.244.1.2]}]

    """

  private func run(_ arguments: String..., in folder: TemporaryDirectory) throws -> Subprocess {
    try Data(Self.input.utf8).write(to: folder.url.appending(path: "in.yaml"))
    return try Subprocess(
      Subprocess.svcnat, ["graph", "--node-name", "node-1", "--node-ip", "192.0.2.1"] + arguments, in: folder.url)
  }

  @Test(arguments: [
    ("mermaid", "flowchart LR\n"), ("dot", "digraph services {\n"), ("svg", "<svg "), ("html", "<!DOCTYPE html>\n"),
  ])
  func writesEachFormat(_ format: String, _ start: String) throws {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    let first = try run("--format", format, "in.yaml", in: folder)
    #expect(first.status == 0)
    #expect(first.output.hasPrefix(start) && first.output.contains("10.244.1.2:8080"))
    #expect(try run("--format", format, "in.yaml", in: folder).output == first.output)
  }

  @Test(arguments: [
    ("a.mmd", "flowchart"), ("a.gv", "digraph"), ("a.SVG", "<svg"), ("a.html", "<!DOCTYPE"), ("a", "flow"),
  ])
  func theFileSaysTheFormat(_ name: String, _ start: String) throws {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    let run = try run("-o", name, "in.yaml", in: folder)
    #expect(run.status == 0 && run.output == "")
    #expect(try folder.contents(name).hasPrefix(start))
  }

  @Test(arguments: [
    (["--service", "shop/wbe"], "there is no Service \"shop/wbe\" in the input; did you mean shop/web?"),
    (["--service", "web"], "there is no Service \"default/web\" in the input; did you mean shop/web?"),
    (["--service", "shop/zzzzzz"], "there is no Service \"shop/zzzzzz\" in the input\n"),
    (["--format", "pdf"], "Please provide one of 'mermaid', 'dot', 'svg' or 'html'"),
    (["-o", "missing/page.html"], "missing/page.html: cannot be written"),
    (["absent.yaml"], "absent.yaml"),
  ])
  func troubleIsSaid(_ arguments: [String], _ message: String) throws {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    try Data(Self.input.utf8).write(to: folder.url.appending(path: "in.yaml"))
    let run = try Subprocess(
      Subprocess.svcnat, ["graph", "--node-name", "node-1"] + arguments + ["in.yaml"], in: folder.url)
    #expect(run.status == 2 && run.output == "")
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func inputsWithErrorsAreNotDrawn() throws {
    let folder = try TemporaryDirectory()
    defer { folder.remove() }
    let bad = Self.input.replacing("10.96.0.1", with: "10.96.0.300")
    try Data(bad.utf8).write(to: folder.url.appending(path: "bad.yaml"))
    let run = try run("bad.yaml", "-o", "page.html", in: folder)
    #expect(run.status == 2)
    #expect(run.error.contains("bad.yaml:4:"))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "page.html").path))
  }
}
