import Foundation
import Testing

@testable import svcnat

/// The JSON form: its shape, and that it says what the text says.
@Suite struct DocumentTests {
  private func document(_ name: String) throws -> [String: Any] {
    let question = try #require(AskedQuestion.all.first { $0.name == name })
    let command = try question.command(["--format=json"])
    var timings = Timings()
    let (explanation, assumptions, _) = try command.explain(&timings)
    let text = try command.text(of: explanation, assumptions)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func packetsHaveSourceDestinationAndAnswers() throws {
    let document = try document("cluster-ip")
    #expect(
      Set(document.keys) == [
        "version", "question", "node", "assumptions", "source", "destination", "answers", "differences",
      ])
    #expect(document["version"] as? Int == 1)
    #expect(document["question"] as? [String: String] == ["from": "pod/shop/cart-0", "to": "web.shop:80"])
    #expect(document["node"] as? [String: String] == ["name": "node-1", "zone": "zone-a"])
    let source = try #require(document["source"] as? [String: String])
    #expect(source["address"] == "10.244.1.50")
    #expect(source["origin"] == "pod")
    #expect(source["interface"] == "pods0")
    let destination = try #require(document["destination"] as? [String: Any])
    #expect(destination["address"] as? String == "10.96.0.1")
    #expect(destination["port"] as? Int == 80)
    #expect(destination["protocol"] as? String == "tcp")
    let answers = try #require(document["answers"] as? [[String: Any]])
    #expect(answers.compactMap { $0["ruleSet"] as? String } == ["nft-maps", "nft-chains", "iptables"])
  }

  @Test func answersHaveBackendsReasonsAndRules() throws {
    let answers = try #require(try document("cluster-ip-hairpin")["answers"] as? [[String: Any]])
    let answer = try #require(answers.first)
    #expect(answer["verdict"] as? String == "dnat")
    #expect(answer["sourceRewritten"] as? String == "some")
    let frontend = try #require(answer["frontend"] as? [String: Any])
    #expect(frontend["kind"] as? String == "cluster IP")
    #expect(frontend["service"] as? String == "web")
    let backends = try #require(answer["backends"] as? [[String: Any]])
    #expect(backends.count == 3)
    #expect(backends[0]["address"] as? String == "10.244.1.5")
    #expect(backends[0]["probability"] as? String == "1/3")
    #expect(backends[0]["percent"] as? Double == 33.3333)
    #expect(backends[0]["node"] as? String == "node-1")
    #expect(backends[0]["ready"] as? Bool == true)
    #expect(backends.map { $0["sourceRewritten"] as? Bool } == [true, false, false])
    let reasons = try #require(answer["reasons"] as? [[String: String]])
    #expect(
      reasons.compactMap { $0["code"] } == [
        "cluster-policy", "endpoints-not-ready", "not-masqueraded-local", "hairpin",
      ])
    let rules = try #require(answer["rules"] as? [String: Any])
    let common = try #require(rules["common"] as? [[String: Any]])
    #expect(common.last?["element"] as? String == "10.96.0.1 . tcp . 80 comment \"shop/web:http\" : goto pick-3")
    #expect(common.last?["servicePort"] as? String == "shop/web:http")
    #expect((rules["branches"] as? [[String: Any]])?.count == 3)
  }

  @Test func namesHaveRecords() throws {
    let document = try document("name-headless")
    #expect(document["source"] == nil)
    #expect((document["answers"] as? [Any])?.isEmpty == true)
    let name = try #require(document["name"] as? [String: Any])
    #expect(name["kind"] as? String == "headless")
    #expect(name["services"] as? [String] == ["shop/db"])
    let records = try #require(name["records"] as? [[String: String]])
    #expect(records.first == ["name": "db.shop.svc.cluster.local.", "type": "A", "value": "10.244.1.70"])
    #expect(records.count == 4)
  }

  @Test(arguments: [
    ("name-unknown", "unknown"), ("name-ambiguous", "ambiguous"), ("name-of-port", "unknown-port"),
    ("name-external", "external-name"), ("name-not-allocated", "not-allocated"),
  ])
  func kindsOfNamesAreWords(_ question: String, _ kind: String) throws {
    #expect((try document(question)["name"] as? [String: Any])?["kind"] as? String == kind)
  }

  @Test func differencesHaveCodes() throws {
    let differences = try #require(try document("undeclared-port")["differences"] as? [[String: String]])
    #expect(differences.compactMap { $0["code"] } == ["undeclared-port"])
  }
}
