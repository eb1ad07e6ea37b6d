#if Agent
  import TestSupport

  /// Changes and misbehaviour at random: the same seed does the same.
  public enum StandInStorm {
    /// Changes an object, adds or removes one.
    public static func change(_ cluster: StandInCluster, _ random: inout SeededNumbers) {
      let number = random.number(1...8)
      let namespace = random.one(of: ["demo", "shop"])
      switch random.number(0...99) {
      case 0..<25:
        cluster.put(
          .service(
            "web-\(number)", namespace: namespace,
            address: random.chance(10) ? "None" : "10.96.\(random.number(0...3)).\(number)",
            port: random.number(80...85),
            labels: random.chance(10) ? ["service.kubernetes.io/service-proxy-name": "other"] : [:]))
      case 25..<65:
        let addresses = (0..<random.number(0...6)).map { _ in "10.244.\(random.number(0...3)).\(random.number(1...250))"
        }
        cluster.put(
          .slice(
            "slice-\(number)", namespace: namespace, of: "web-\(random.number(1...8))", addresses: addresses,
            labels: random.chance(8) ? ["service.kubernetes.io/headless": ""] : [:]))
      case 65..<75: cluster.remove(StandInObject.ID(.services, namespace, "web-\(number)"))
      case 75..<85: cluster.remove(StandInObject.ID(.endpointslices, namespace, "slice-\(number)"))
      case 85..<90: cluster.put(.range("range-\(number % 3)", "10.\(random.number(96...120)).0.0/16"))
      case 90..<93: cluster.remove(StandInObject.ID(.servicecidrs, "", "range-\(number % 3)"))
      case 93..<98: cluster.put(.node("node-\(random.number(1...2))", zone: random.one(of: ["a", "b", "c"])))
      default: cluster.remove(StandInObject.ID(.nodes, "", "node-1"))
      }
    }

    /// What goes wrong with one request; often nothing.
    public static func misbehaviour(_ random: inout SeededNumbers) -> Misbehaviour {
      var wrong = Misbehaviour()
      wrong.seed = random.next()
      if random.chance(40) { wrong.pieceSize = random.number(1...900) }
      if random.chance(25) { (wrong.repeated, wrong.late) = (random.number(0...60), random.number(0...60)) }
      switch random.number(0...99) {
      case 0..<25: break
      case 25..<40: wrong.bytesUntilCut = random.number(1...6000)
      case 40..<50: wrong.bytesUntilEnd = random.number(1...6000)
      case 50..<62: wrong.eventsUntilEnd = random.number(0...20)
      case 62..<72:
        wrong.eventsUntilEnd = random.number(0...20)
        wrong.errorEvent = random.one(of: [
          .expired, Misbehaviour.Refusal(500, "InternalError"), Misbehaviour.Refusal(504, "Timeout"),
        ])
      case 72..<77: wrong.refusal = .expired
      case 77..<82: wrong.refusal = Misbehaviour.Refusal(429, "TooManyRequests", retryAfter: random.number(0...3))
      case 82..<90: wrong.refusal = Misbehaviour.Refusal(random.one(of: [500, 502, 503, 504, 401, 403]), "Trouble")
      case 90..<93: wrong.hidesEndOfInitialEvents = true
      case 93: wrong.isSilent = true
      default: wrong.eventsUntilEnd = random.number(3...8)
      }
      return wrong
    }
  }
#endif
