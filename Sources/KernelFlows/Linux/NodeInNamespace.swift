#if os(Linux)
  import NetworkAddresses
  import RuleTargets

  /// The inside of a ``KernelNode``: what is opened in its namespace, and the sending and seeing of packets.
  ///
  /// Everything here runs on the node's thread: the namespace belongs to it, and so does the processor whose queue
  /// ``ProcessingBarrier`` watches.
  struct NodeInNamespace: ~Copyable {
    private let layout: NodeLayout
    private let devices: [String: TunDevice]
    private let sockets: LocalSockets
    private let barrier: ProcessingBarrier
    private var loader: RuleLoader
    private var buffer = [UInt8](repeating: 0, count: 2048)
    /// Goes round: every packet is one of a new connection.
    private var clientPort = NodeInNamespace.clientPorts.lowerBound
    private var number: UInt32 = 1

    /// Above the well-known ports, which masquerading would keep among themselves.
    private static let clientPorts: ClosedRange<UInt16> = 1024...65535
    /// Connections after which the bulk sender makes the kernel forget them: far below the room there is for them. A
    /// multiple of ``packetsAtOnce``.
    private static let connectionsKept = 4096
    /// Far fewer than the queue of a TUN device takes.
    private static let packetsAtOnce = 64

    /// The calling thread must be in a namespace of its own.
    static func build(
      _ layout: NodeLayout, _ variant: IPTablesVariant, _ tableLoader: TableLoader?
    ) throws(KernelFlowError) -> NodeInNamespace {
      guard layout.probeMarkBit != 0 else { throw .noFreeMarkBit }
      var devices: [String: TunDevice] = [:]
      for device in try NamespaceSetup(layout: layout).build() { devices[device.name] = device }
      let sockets = try LocalSockets()
      let barrier = try ProcessingBarrier()
      let loader = try RuleLoader(
        variant: variant, tableLoader: tableLoader, probe: ProbeTable(markBit: layout.probeMarkBit))
      return NodeInNamespace(layout, devices, sockets, barrier, loader)
    }

    private init(
      _ layout: NodeLayout, _ devices: [String: TunDevice], _ sockets: LocalSockets, _ barrier: ProcessingBarrier,
      _ loader: RuleLoader
    ) {
      self.layout = layout
      self.devices = devices
      self.sockets = sockets
      self.barrier = barrier
      self.loader = loader
    }

    // MARK: - Rules

    /// Loads rules, in place of what a family had before.
    mutating func load(_ rules: [CompiledRules]) throws(KernelFlowError) {
      try loader.load(rules)
    }

    /// Empties the memory of client affinity.
    func forgetClients() throws(KernelFlowError) {
      try loader.forgetClients()
    }

    // MARK: - Packets

    /// Sends one packet and tells what became of it.
    mutating func send(_ packet: FlowPacket) throws(KernelFlowError) -> FlowFate {
      var fate = FlowFate.dropped
      try send(packet, attempts: 1) { _, _, seen in fate = seen }
      return fate
    }

    /// Sends packets that differ in nothing but their source ports, and lets every backend answer once.
    ///
    /// - Parameters:
    ///   - attempts: how many, see ``Attempts``.
    ///   - forgettingClients: whether each packet is the first one the client sends, as far as affinity knows.
    mutating func observe(
      _ packet: FlowPacket, attempts: Int, forgettingClients: Bool = false
    ) throws(KernelFlowError) -> Observation {
      var observation = Observation(isMadeOnNode: packet.origin.isMadeOnNode)
      try send(packet, attempts: attempts, forgettingClients: forgettingClients) {
        (node, probe, fate) throws(KernelFlowError) in
        observation.add(fate)
        if case .translated(let arrival) = fate, !observation.hasTriedAnswer(of: arrival.destination) {
          observation.note(try node.answer(probe, arrival), of: arrival.destination)
        }
      }
      return observation
    }

    /// Sends many first packets and counts who gets them. What reaches nobody is not counted.
    mutating func distribution(
      to packet: FlowPacket, packets: Int
    ) throws(KernelFlowError) -> [BackendAddress: Int] {
      guard packet.state == .new else { throw .impossibleState(packet) }
      var counts: [BackendAddress: Int] = [:]
      var remaining = packets
      while remaining > 0 {
        if (packets - remaining) % NodeInNamespace.connectionsKept == 0 { try ConnectionTable.flush() }
        // Looking is what takes time, so several packets are looked for at once.
        let count = min(remaining, NodeInNamespace.packetsAtOnce)
        var sent: Set<UInt32> = []
        for _ in 0..<count {
          let probe = try nextProbe(packet)
          sent.insert(probe.number)
          try enter(probe.packet(), packet)
        }
        for seen in try look().map(\.packet) where seen.destination != packet.frontend && !seen.isReset {
          guard let number = seen.number, sent.remove(number) != nil else { continue }
          counts[seen.destination, default: 0] += 1
        }
        remaining -= count
      }
      return counts
    }

    // MARK: - Sending

    private mutating func send(
      _ packet: FlowPacket, attempts: Int, forgettingClients: Bool = false,
      _ take: (inout NodeInNamespace, Probe, FlowFate) throws(KernelFlowError) -> Void
    ) throws(KernelFlowError) {
      // Ports that masquerading has given to earlier connections would be in the way of new ones.
      try ConnectionTable.flush()
      _ = try look()
      var probes: [(probe: Probe, bytes: [UInt8])] = []
      for _ in 0..<attempts {
        let probe = try nextProbe(packet)
        probes.append((probe, try NodeInNamespace.bytes(of: probe, for: packet)))
      }
      if packet.state == .established { try open(probes.map(\.probe), for: packet) }
      for (probe, bytes) in probes {
        if forgettingClients { try loader.forgetClients() }
        if packet.state == .related { try announce(probe, for: packet) }
        guard let sent = SeenPacket(bytes[...]) else { throw .impossibleState(packet) }
        try enter(bytes, packet)
        let sightings = try look()
        try check(sent, in: sightings, for: packet)
        try take(
          &self, probe, FlowFate(of: sent, in: sightings, showsAcceptance: loader.showsAcceptance(packet.family)))
      }
    }

    private mutating func nextProbe(_ packet: FlowPacket) throws(KernelFlowError) -> Probe {
      guard packet.source.family == packet.destination.family else { throw .mixedFamilies(packet) }
      if clientPort == NodeInNamespace.clientPorts.upperBound {
        // Used ports become free when the kernel forgets their connections.
        try ConnectionTable.flush()
        clientPort = NodeInNamespace.clientPorts.lowerBound
      } else {
        clientPort += 1
      }
      number = number < UInt32.max / 2 ? number + Probe.numbersTaken : 1
      return Probe(
        transport: packet.transport, client: BackendAddress(packet.source, port: clientPort),
        frontend: packet.frontend, number: number)
    }

    private static func bytes(of probe: Probe, for packet: FlowPacket) throws(KernelFlowError) -> [UInt8] {
      switch packet.state {
      case .new: return probe.packet()
      case .established: return probe.packet(.confirmation)
      case .invalid: return probe.invalidPacket
      case .related:
        guard packet.transport == .tcp else { throw .impossibleState(packet) }
        return probe.packet()
      }
    }

    /// Lets a packet in where its origin says.
    private func enter(_ bytes: [UInt8], _ packet: FlowPacket) throws(KernelFlowError) {
      switch packet.origin {
      case .node, .localhost: try sockets.send(bytes, from: packet.source, to: packet.destination)
      case .pod: try device(packet.interface ?? NodeLayout.podInterface).enter(bytes)
      case .external: try device(packet.interface ?? NodeLayout.externalInterface).enter(bytes)
      }
    }

    /// Lets a packet in from wherever another one was seen.
    private func enter(
      _ bytes: [UInt8], at place: FlowFate.Arrival.Place, from source: BackendAddress, to destination: BackendAddress
    ) throws(KernelFlowError) {
      switch place {
      case .node: try sockets.send(bytes, from: source.address, to: destination.address)
      case .interface(let name): try device(name).enter(bytes)
      }
    }

    private func device(_ name: String) throws(KernelFlowError) -> TunDevice {
      guard let device = devices[name] else { throw .unknownInterface(name) }
      return device
    }

    // MARK: - Seeing

    /// All that has come out of the node or was delivered in it since the last look.
    private mutating func look() throws(KernelFlowError) -> [Sighting] {
      try barrier.wait()
      var sightings: [Sighting] = []
      for (name, device) in devices {
        while let count = try device.leave(&buffer) {
          if let packet = SeenPacket(buffer[..<count]) {
            sightings.append(Sighting(place: .interface(name), packet: packet))
          }
        }
      }
      try sockets.receive(&buffer) { bytes in
        if let packet = SeenPacket(bytes) { sightings.append(Sighting(place: .node, packet: packet)) }
      }
      return sightings
    }

    /// A packet that was meant to be of one state and is of another proves nothing.
    private func check(
      _ sent: SeenPacket, in sightings: [Sighting], for packet: FlowPacket
    ) throws(KernelFlowError) {
      guard let seen = sightings.first(where: { $0.packet.isSame(as: sent) }),
        let state = ProbeTable.state(of: seen.packet), state != packet.state.rawValue
      else { return }
      throw .wrongState(packet, seen: state)
    }

    /// Lets the backend answer, and sees what the client gets.
    private mutating func answer(
      _ probe: Probe, _ arrival: FlowFate.Arrival
    ) throws(KernelFlowError) -> Observation.Answer {
      guard arrival.place != .node, probe.transport != .icmpEcho else { return .notTried }
      try enter(
        probe.answer(from: arrival.destination, to: arrival.source), at: arrival.place, from: arrival.destination,
        to: arrival.source)
      let seen = try look().first { $0.packet.number == probe.number(.answer) && !$0.packet.isReset }?.packet
      guard let seen else { return .lost }
      return seen.source == probe.frontend && seen.destination == probe.client
        ? .fromFrontend : .misaddressed(source: seen.source, destination: seen.destination)
    }

    // MARK: - Connections that exist before the packet

    /// Opens connections as if there were no rules.
    private mutating func open(_ probes: [Probe], for packet: FlowPacket) throws(KernelFlowError) {
      let rules = try loader.putAside(for: ProbeTable.openingDocument)
      var failure: KernelFlowError?
      do {
        for probe in probes { try open(probe, for: packet) }
      } catch {
        failure = error
      }
      try loader.putBack(rules)
      if let failure { throw failure }
    }

    /// A first packet and its answer.
    private mutating func open(_ probe: Probe, for packet: FlowPacket) throws(KernelFlowError) {
      let bytes = probe.packet()
      guard let sent = SeenPacket(bytes[...]) else { throw .cannotOpen(packet) }
      try enter(bytes, packet)
      guard let arrival = try look().first(where: { $0.packet.isSame(as: sent) }) else { throw .cannotOpen(packet) }
      let (receiver, sender) = (arrival.packet.destination, arrival.packet.source)
      try enter(probe.answer(from: receiver, to: sender), at: arrival.place, from: receiver, to: sender)
      let answer = probe.number(.answer)
      guard try look().contains(where: { $0.packet.number == answer }) else { throw .cannotOpen(packet) }
    }

    /// Has a connection announced as if there were no rules.
    private mutating func announce(_ probe: Probe, for packet: FlowPacket) throws(KernelFlowError) {
      let rules = try loader.putAside(for: ProbeTable.announcingDocument)
      var failure: KernelFlowError?
      do { try announce(FTPAnnouncement(of: probe), for: packet) } catch { failure = error }
      try loader.putBack(rules)
      if let failure { throw failure }
    }

    private mutating func announce(_ ftp: FTPAnnouncement, for packet: FlowPacket) throws(KernelFlowError) {
      let clientPlace = place(of: ftp.client.address)
      try enter(ftp.opening, at: clientPlace, from: ftp.client, to: ftp.server)
      let opening = try look().first { $0.packet.number == ftp.number && !$0.packet.isReset }
      guard let serverPlace = opening?.place else { throw .cannotOpen(packet) }
      try enter(ftp.answer, at: serverPlace, from: ftp.server, to: ftp.client)
      for command in ftp.commands {
        try enter(command, at: clientPlace, from: ftp.client, to: ftp.server)
        _ = try look()
      }
    }

    /// Where an address belongs, by the routes of the node.
    private func place(of address: IPAddress) -> FlowFate.Arrival.Place {
      if address.isLoopback || layout.addresses.contains(address) { return .node }
      return .interface(
        layout.podAddresses.contains(address) ? NodeLayout.podInterface : NodeLayout.externalInterface)
    }
  }
#endif
