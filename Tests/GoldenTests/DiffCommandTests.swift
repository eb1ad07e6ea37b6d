import Foundation
import Testing

/// `svcnat diff` as people and CI call it: what it writes where, and how it ends.
@Suite struct DiffCommandTests {
  private static let old = """
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
  private static let new = old.replacing(", {addresses: [10.244.1.2]}", with: "")
  private static let node = ["--node-name", "node-1", "--node-ip", "192.0.2.1", "--cluster-cidr", "10.244.0.0/16"]

  /// A folder with `old.yaml` and `new.yaml`, the same in `deploy/`, and what else is given.
  private func folder(_ files: [String: String] = [:]) throws -> TemporaryDirectory {
    let folder = try TemporaryDirectory()
    let all = ["old.yaml": Self.old, "new.yaml": Self.new, "deploy/web.yaml": Self.old]
    for (name, text) in all.merging(files, uniquingKeysWith: { $1 }) {
      let file = folder.url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder
  }

  private func run(_ arguments: String..., in folder: TemporaryDirectory, at path: String = ".") throws -> Subprocess {
    try Subprocess(
      Subprocess.svcnat, ["diff"] + Self.node + arguments, in: folder.url.appending(path: path))
  }

  private static let semantic = """
    shop/web changed
      - backend  10.244.1.2:8080
      ~ share    50 % → 100 %, 10.244.1.1:8080
      all clients → web.shop:80 was 2 backends; now 10.244.1.1:8080

    1 service port (1 changed); 1 flow changes; node node-1, nft-maps

    """

  @Test func endsWithZeroWhereNothingDiffers() throws {
    let folder = try folder(["same.yaml": "# a comment\n" + Self.old])
    defer { folder.remove() }
    for format in ["semantic", "unified", "json", "markdown", "github", "sarif"] {
      #expect(try run("old.yaml", "same.yaml", "--format", format, in: folder).status == 0, "\(format)")
      #expect(try run("old.yaml", "old.yaml", "--format", format, in: folder).status == 0, "\(format)")
    }
    #expect(try run("old.yaml", "same.yaml", in: folder).output == "no difference; node node-1, nft-maps\n")
    #expect(try run("old.yaml", "same.yaml", "--format", "unified", in: folder).output == "")
  }

  @Test func endsWithOneWhereSomethingDoes() throws {
    let folder = try folder()
    defer { folder.remove() }
    let run = try run("old.yaml", "new.yaml", in: folder)
    #expect(run.status == 1)
    #expect(run.output == Self.semantic)
    // What was assumed belongs to neither side alone.
    #expect(run.error.split(separator: "\n").allSatisfy { $0.hasPrefix("note: ") } && !run.error.isEmpty)
    for format in ["unified", "json", "markdown", "github", "sarif"] {
      let run = try self.run("old.yaml", "new.yaml", "--format", format, in: folder)
      #expect(run.status == 1 && run.output.contains("10.244.1.2"), "\(format)")
      #expect(!run.output.contains("\u{1b}"), "no colour but on a terminal")
    }
  }

  @Test func theArticleShowsWhatIsWritten() throws {
    let article = GoldenTests.repository.appending(path: "Sources/svcnat/svcnat.docc/Diff.md")
    #expect(try String(contentsOf: article, encoding: .utf8).contains(Self.semantic))
  }

  @Test func readsStandardInput() throws {
    let folder = try folder()
    defer { folder.remove() }
    let input = try FileHandle(forReadingFrom: folder.url.appending(path: "new.yaml"))
    let run = try Subprocess(
      Subprocess.svcnat, ["diff", "old.yaml", "-"] + Self.node, in: folder.url, input: input)
    #expect(run.status == 1 && run.output == Self.semantic)
  }

  @Test(.enabled(if: Subprocess.find("git") != nil, "needs git"))
  func readsRevisions() throws {
    let folder = try folder()
    defer { folder.remove() }
    let git = try #require(Subprocess.find("git"))
    for arguments in [
      ["init", "-q"], ["add", "."],
      ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "first"],
    ] {
      try #require(try Subprocess(git, arguments, in: folder.url).status == 0)
    }
    try Data(Self.new.utf8).write(to: folder.url.appending(path: "deploy/web.yaml"))
    #expect(try run("HEAD:deploy/", "deploy/", in: folder).output == Self.semantic)
    #expect(try run("HEAD:deploy", "deploy", in: folder).output == Self.semantic)
    #expect(try run("HEAD:deploy/web.yaml", "deploy/web.yaml", in: folder).output == Self.semantic)
    #expect(try run("HEAD:./", ".", in: folder, at: "deploy").output == Self.semantic)
    #expect(try run("HEAD:deploy/", ".", in: folder, at: "deploy").output == Self.semantic)
    #expect(try run(":deploy/web.yaml", "deploy/web.yaml", in: folder).output == Self.semantic)
    // Reports name the file of the repository, not the revision.
    let annotations = try run("deploy/", "HEAD:deploy/", "--format", "github", in: folder).output
    #expect(annotations.hasPrefix("::notice file=deploy/web.yaml,line=4,"), "\(annotations)")
    for (side, message) in [
      ("HEAD~1:deploy/", "git knows no revision \"HEAD~1\""), ("HEAD:nothing", "no \"nothing\" in HEAD"),
      (":nothing", "no \"nothing\" in the index"),
    ] {
      let run = try run(side, "deploy/", in: folder)
      #expect(run.status == 2 && run.output.isEmpty && run.error.contains("\(side): "), "\(run.error)")
      #expect(run.error.contains(message), "\(run.error)")
    }
  }

  @Test func readsRulesOfEveryTarget() throws {
    let folder = try folder(["removed.yaml": "# nothing is left\n"])
    defer { folder.remove() }
    for (target, file) in [("iptables", "rules"), ("nft-chains", "nft"), ("nft-maps", "nft")] {
      let compiled = try Subprocess(
        Subprocess.svcnat, ["compile", "old.yaml", "--target", target, "--family", "ipv4"] + Self.node, in: folder.url)
      let name = "\(target).\(file)"
      try Data(compiled.output.utf8).write(to: folder.url.appending(path: name))
      #expect(try run(name, "old.yaml", in: folder).status == 0, "\(target)")
      #expect(try run("old.yaml", name, "--format", "unified", in: folder).status == 0, "\(target)")
      #expect(try run(name, name, in: folder).status == 0, "\(target)")
      let changed = try run(name, "new.yaml", in: folder)
      #expect(changed.status == 1, "\(target)")
      #expect(changed.output.contains("all clients → web.shop:80 was 2 backends; now 10.244.1.1:8080\n"), "\(target)")
      #expect(changed.output.hasSuffix("; node node-1, \(target)\n"), "\(changed.output)")
      // Rules may serve what no Service has any more.
      let removed = try run(name, "removed.yaml", in: folder)
      #expect(
        removed.status == 1 && removed.output.contains("10.96.0.1:80 was 2 backends; now not served"), "\(target)")
    }
    let unified = try run("nft-maps.nft", "new.yaml", "--format", "unified", in: folder)
    #expect(unified.output.hasPrefix("--- nft-maps.nft\n+++ new.yaml nft-maps.ipv4.nft\n@@ "))
    let rulesAlone = try run("nft-maps.nft", "nft-maps.nft", "--format", "semantic", in: folder)
    #expect(rulesAlone.status == 2 && rulesAlone.error.contains("two rule files have no Services"))
  }

  /// What a real kube-proxy programmed differs from nothing, in either mode and in both families.
  @Test(arguments: ["nft.txt", "iptables-save.v4.txt", "iptables-save.v6.txt"])
  func aNodeOfKubeProxyIsAsItShouldBe(_ dump: String) throws {
    let directory = GoldenTests.repository.appending(path: "Tests/KubeProxyDumps/random/1")
    let node = [
      "--node-name=node-1", "--node-ip=192.0.2.31,2001:db8:10::31", "--zone=zone-b",
      "--interface-ip=192.0.2.31,2001:db8:10::31,198.51.100.31,2001:db8:20::31",
      "--cluster-cidr=10.244.0.0/16,fd10:244::/48", "--service-cidr=10.96.0.0/16,fd10:96::/112",
      "--nodeport-addresses=198.51.100.0/24,2001:db8:20::/64",
    ]
    for format in ["semantic", "unified"] {
      let run = try Subprocess(
        Subprocess.svcnat, ["diff", dump, "input.yaml", "--format", format] + node, in: directory)
      #expect(run.status == 0, "\(run.output)\(run.error)")
    }
    // Another node: the dump is not its own.
    let other = try Subprocess(
      Subprocess.svcnat, ["diff", dump, "input.yaml"] + node + ["--node-name=node-2"], in: directory)
    #expect(other.status == 1)
  }

  @Test func goldenDirectoriesBringTheirOptions() throws {
    let folder = try folder([
      "golden/web/input.yaml": Self.old, "golden/web/options.yaml": "node-name: golden-node\nfamily: ipv4\n",
    ])
    defer { folder.remove() }
    let run = try Subprocess(Subprocess.svcnat, ["diff", "golden/web", "new.yaml"], in: folder.url)
    #expect(run.status == 1 && run.output.hasSuffix("1 flow changes; node golden-node, nft-maps\n"))
    let overruled = try self.run("golden/web", "new.yaml", in: folder)
    #expect(overruled.output == Self.semantic)
  }

  @Test func asksTheMigrationQuestion() throws {
    let folder = try folder()
    defer { folder.remove() }
    let alike = try run("--target", "nft-chains", "--against-target", "nft-maps", "old.yaml", in: folder)
    #expect(alike.status == 1)
    #expect(alike.output == "rules differ, no flow changes; node node-1, nft-chains → nft-maps\n")
    let modes = try run("--target", "iptables", "--against-target", "nft-maps", "old.yaml", in: folder)
    #expect(modes.status == 1)
    #expect(modes.output.contains("nftables rejects what no Service takes on a cluster IP"))
  }

  @Test(arguments: [
    ([], "name two inputs, OLD and NEW; 0 are given"),
    (["old.yaml"], "one input alone: name OLD and NEW, or give --target and --against-target"),
    (["old.yaml", "new.yaml", "old.yaml"], "name two inputs, OLD and NEW; 3 are given"),
    (["-", "-"], "standard input can be one side only"),
    (["old.yaml", "nothing.yaml"], "nothing.yaml: no such file or directory"),
    (["nothing/", "new.yaml"], "nothing/: no such file or directory"),
    (["HEAD:deploy/", "deploy/"], "HEAD:deploy/: no such file, and no git revision: this directory is in no git"),
    (["bad.yaml", "new.yaml"], "bad.yaml:4:1: error: "),
    (["old.yaml", "bad.yaml"], "bad.yaml:4:1: error: "),
    (["bad.yaml", "wrong.yaml"], "wrong.yaml:4:45: error: shop/web: spec.ports[0].port: "),
    (["old.yaml", "binary"], "binary: is no text: neither manifests nor rules"),
    (["old.yaml", "empty"], "empty: no *.yaml, *.yml or *.json in this directory"),
    (["listing.json", "new.yaml"], "listing.json: JSON of nft -j is not read"),
    (["other.nft", "new.yaml"], "other.nft: no table kube-proxy or svcnat"),
    (["cut.nft", "new.yaml"], "cut.nft: line 3, column "),
    (["old.yaml", "new.yaml", "--format", "html"], "html"),
    (["old.yaml", "new.yaml", "--target", "ipvs"], "ipvs"),
    (["old.yaml", "--against-target", "iptables"], "--against-target needs --target"),
    (["old.yaml", "--target", "iptables", "--against-target", "iptables"], "are both iptables"),
    (["old.yaml", "new.yaml", "--target", "iptables", "--against-target", "nft-maps"], "not 2 inputs"),
  ])
  func troubleEndsWithTwo(_ arguments: [String], _ message: String) throws {
    let folder = try folder([
      "bad.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: x\n", "empty/README": "",
      "wrong.yaml": Self.old.replacing("port: 80}", with: "port: 0}"), "binary": "\u{0}\u{1}",
      "listing.json": "{\"nftables\": [{}]}", "other.nft": "table inet filter {\n}\n",
      "cut.nft": "table ip svcnat {\n  chain x {\n    foo",
    ])
    defer { folder.remove() }
    let run = try Subprocess(Subprocess.svcnat, ["diff"] + arguments, in: folder.url)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.error.contains(message), "\(run.error)")
  }

  @Test func servicesWithoutAddressAreNotPassedOverInSilence() throws {
    let chart = Self.old.replacing("clusterIP: 10.96.0.1, ", with: "")
    let folder = try folder(["a.yaml": chart, "b.yaml": chart.replacing("port: 80}", with: "port: 81}")])
    defer { folder.remove() }
    let run = try run("a.yaml", "b.yaml", in: folder)
    #expect(run.status == 0)
    #expect(
      run.error.contains(
        "warning: 2 Services of both sides together have no cluster IP and are not compared; --allocate gives them "
          + "addresses\n"))
    let allocated = try self.run("a.yaml", "b.yaml", "--allocate", in: folder)
    #expect(allocated.status == 1 && !allocated.error.contains("warning"))
  }

  @Test func warningsOfBothSidesAreNoDifference() throws {
    let noted = Self.old.replacing("ports: [{port: 80}]", with: "externalIPs: [nothing], ports: [{port: 80}]")
    let folder = try folder(["noted.yaml": noted])
    defer { folder.remove() }
    #expect(try !run("noted.yaml", "noted.yaml", in: folder).error.contains("warning"))
    #expect(try run("old.yaml", "noted.yaml", in: folder).error.contains("noted.yaml:4:"))
    #expect(try run("old.yaml", "noted.yaml", "--strict", in: folder).status == 2)
  }
}
