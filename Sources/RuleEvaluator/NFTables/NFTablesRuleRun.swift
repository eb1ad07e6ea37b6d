import NFTables
import NetworkAddresses

/// One nftables rule at work on one packet.
struct NFTablesRuleRun {
  let program: NFTablesProgram
  let table: NFTablesProgram.PreparedTable
  let place: Trace.RulePlace
  let context: WalkContext

  /// A packet somewhere in the rule.
  private struct Progress {
    var state: PacketState
    var probability: Fraction = .one
    var effect: Trace.Effect = .passed
    var element: Trace.ElementPlace?
  }

  /// Runs the statements. One that does not match ends the rule; what the ones before have done stays.
  func execute(
    _ statements: [Statement], _ state: PacketState, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    try execute(statements[...], Progress(state: state), into: &results)
  }

  private func execute(
    _ statements: ArraySlice<Statement>, _ start: Progress, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    var progress = start
    for (index, statement) in zip(statements.indices, statements) {
      switch statement {
      case .match(.randomNumber(let modulus, let offset), let isNegated, .number(let number)):
        guard modulus > 0 else { throw unsupported("a modulus of zero") }
        let isPossible = number >= offset && number - offset < modulus
        let equal = isPossible ? Fraction(1, UInt64(modulus)) : .zero
        let chance = isNegated ? equal.complement : equal
        fail(progress, chance.complement, into: &results)
        if chance == .zero { return }
        progress.probability = progress.probability * chance
      case .match(let expression, let isNegated, let operand):
        let answer = try matches(expression, operand, progress.state)
        if answer.holds == isNegated { return fail(progress, .one, into: &results) }
        if let element = answer.element { progress.element = element }
      case .matchMarkBit(let bit):
        if progress.state.mark & bit == 0 { return fail(progress, .one, into: &results) }
      case .setMarkBits(let bits):
        progress.state.mark |= bits
        progress.effect = .marked(progress.state.mark)
      case .flipMarkBits(let bits):
        progress.state.mark ^= bits
        progress.effect = .marked(progress.state.mark)
      case .matchPriorityBit(let bit):
        if progress.state.priority & bit == 0 { return fail(progress, .one, into: &results) }
      case .clearPriority: progress.state.priority = 0
      case .setPriority(.lookup(let key, let map)):
        let rest = statements[(index + 1)...]
        return try eachData(of: map, key, progress, into: &results) {
          data, progress, results throws(EvaluationError) in
          guard data.count == 4 else { throw unsupported("a priority from what map @\(map) holds") }
          var progress = progress
          progress.state.priority = data.word(at: 0)
          try execute(rest, progress, into: &results)
        }
      case .setPriority: throw unsupported("a priority that is not looked up in a map")
      case .counter: break
      case .updateSet(let name, let expression, let timeout):
        guard try update(name, expression, nil, timeout, &progress.state) else {
          return fail(progress, .one, into: &results)
        }
      case .updateMap(let name, let key, let data, let timeout):
        guard try update(name, key, data, timeout, &progress.state) else {
          return fail(progress, .one, into: &results)
        }
      case .deleteElement(let name, let key, _):
        let key = try self.key(of: key, progress.state)
        guard isRemembered(key, memoryName(name), progress.state) else { return fail(progress, .one, into: &results) }
        progress.state.updates.append(.removed(memoryName(name), key))
      case .verdict(let verdict): return try end(progress, verdict, into: &results)
      case .verdictMap(let expression, let map): return try verdictMap(expression, map, progress, into: &results)
      case .verdictMapAnonymous(let expression, let elements):
        return try verdictMap(expression, elements, progress, into: &results)
      case .destinationNAT(let expression): return try translate(expression, progress, into: &results)
      case .destinationNATConstant(let address, let port):
        return translate(to: address, port: port, progress, into: &results)
      case .masquerade:
        progress.state.isMasqueraded = true
        return end(progress, .accept, .masqueraded, into: &results)
      case .reject: return end(progress, .reject, .rejected, into: &results)
      case .unknown(let text): throw unsupported(text)
      }
    }
    end(progress, .next, progress.effect, into: &results)
  }

  // MARK: - Ends of a rule

  private func end(
    _ progress: Progress, _ disposition: RuleResult.Disposition, _ effect: Trace.Effect,
    into results: inout [RuleResult]
  ) {
    results.append(
      RuleResult(
        state: progress.state, probability: progress.probability, disposition: disposition, effect: effect,
        element: progress.element))
  }

  /// The rule ends here in a share of the cases, as one that does not match.
  private func fail(_ progress: Progress, _ share: Fraction, into results: inout [RuleResult]) {
    if share == .zero { return }
    var result = RuleResult(state: progress.state, probability: progress.probability * share, disposition: .next)
    if progress.effect != .passed { result.effect = progress.effect }
    results.append(result)
  }

  private func end(
    _ progress: Progress, _ verdict: Verdict, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    switch verdict {
    case .accept: end(progress, .accept, .accepted, into: &results)
    case .drop: end(progress, .drop, .dropped, into: &results)
    case .return: end(progress, .return, .returned, into: &results)
    case .jump(let name):
      end(progress, .jump(try program.chain(name, of: table, at: place)), .jumped(name), into: &results)
    case .goto(let name):
      end(progress, .goto(try program.chain(name, of: table, at: place)), .wentTo(name), into: &results)
    }
  }

  private func translate(
    to address: IPAddress, port: UInt16?, _ progress: Progress, into results: inout [RuleResult]
  ) {
    var progress = progress
    progress.state.translate(to: address, port: port ?? progress.state.destinationPort)
    end(progress, .accept, .translated(address, port: progress.state.destinationPort), into: &results)
  }

  // MARK: - Maps

  private func verdictMap(
    _ expression: Expression, _ map: String, _ progress: Progress, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    try eachElement(of: map, expression, progress, into: &results) {
      element, progress, results throws(EvaluationError) in
      guard case .verdict(let verdict) = element.data else { throw unsupported("vmap @\(map), which has no verdicts") }
      try end(progress, verdict, into: &results)
    }
  }

  private func verdictMap(
    _ expression: Expression, _ elements: [AnonymousVerdictElement], _ progress: Progress,
    into results: inout [RuleResult]
  ) throws(EvaluationError) {
    try eachElement(elements, index: \.index, expression, progress, into: &results) {
      element, progress, results throws(EvaluationError) in
      try end(progress, element.verdict, into: &results)
    }
  }

  private func translate(
    _ expression: Expression, _ progress: Progress, into results: inout [RuleResult]
  ) throws(EvaluationError) {
    switch expression {
    case .lookup(let key, let map):
      let family = program.family
      try eachElement(of: map, key, progress, into: &results) { element, progress, results throws(EvaluationError) in
        guard case .fields(let bytes) = element.data, bytes.count >= family.addressBytes else {
          throw unsupported("dnat to what map @\(map) holds")
        }
        let hasPort = bytes.count > family.addressBytes
        translate(
          to: bytes.address(family, at: 0), port: hasPort ? bytes.port(at: family.addressBytes) : nil, progress,
          into: &results)
      }
    case .lookupAnonymous(let key, let elements):
      try eachElement(elements, index: \.index, key, progress, into: &results) {
        element, progress, results throws(EvaluationError) in
        translate(to: element.address, port: element.port, progress, into: &results)
      }
    default: throw unsupported("dnat to something that is not looked up in a map")
    }
  }

  private typealias Found<E> = (E, Progress, inout [RuleResult]) throws(EvaluationError) -> Void

  /// Calls `found` for what a named map holds under each of the equally likely keys; where it holds nothing the rule
  /// ends without effect.
  private func eachElement(
    of map: String, _ expression: Expression, _ progress: Progress, into results: inout [RuleResult],
    found: Found<Element>
  ) throws(EvaluationError) {
    let number = try program.set(map, of: table, at: place)
    let index = table.sets[number]
    let keys = try keys(of: expression, progress.state)
    var share = progress
    share.probability = progress.probability * Fraction(1, UInt64(keys.count))
    var misses: UInt64 = 0
    for key in keys {
      if let element = index.place(of: key) {
        share.element = Trace.ElementPlace(table: table.number, set: Int32(number), element: element)
        try found(index.set.elements[Int(element)], share, &results)
      } else {
        misses += 1
      }
    }
    fail(progress, Fraction(misses, UInt64(keys.count)), into: &results)
  }

  /// The same for what the map holds, be it from the plan or remembered by rules.
  private func eachData(
    of map: String, _ expression: Expression, _ progress: Progress, into results: inout [RuleResult],
    found: Found<RegisterBytes>
  ) throws(EvaluationError) {
    let set = table.sets[try program.set(map, of: table, at: place)].set
    guard set.flags.contains(.dynamic) else {
      return try eachElement(of: map, expression, progress, into: &results) {
        element, progress, results throws(EvaluationError) in
        guard case .fields(let data) = element.data else { throw unsupported("data of map @\(map), which has none") }
        try found(data, progress, &results)
      }
    }
    let key = try key(of: expression, progress.state)
    guard let data = remembered(key, memoryName(map), progress.state) ?? nil else {
      return fail(progress, .one, into: &results)
    }
    try found(data, progress, &results)
  }

  /// The same for an anonymous map from a random number.
  private func eachElement<E>(
    _ elements: [E], index: KeyPath<E, UInt32>, _ expression: Expression, _ progress: Progress,
    into results: inout [RuleResult], found: Found<E>
  ) throws(EvaluationError) {
    guard case .randomNumber(let modulus, let offset) = expression, modulus > 0 else {
      throw unsupported("an anonymous map of something other than a random number")
    }
    var share = progress
    share.probability = progress.probability * Fraction(1, UInt64(modulus))
    var misses = UInt64(modulus)
    for element in elements {
      let number = element[keyPath: index]
      guard number >= offset, number - offset < modulus, misses > 0 else { continue }
      misses -= 1
      try found(element, share, &results)
    }
    fail(progress, Fraction(misses, UInt64(modulus)), into: &results)
  }

  // MARK: - Affinity

  private func memoryName(_ set: String) -> AffinityMemory.SetName {
    AffinityMemory.SetName(family: program.family, table: table.name, set: set)
  }

  /// - Returns: false where the set is full.
  private func update(
    _ name: String, _ key: Expression, _ data: Expression?, _ timeout: UInt32?, _ state: inout PacketState
  ) throws(EvaluationError) -> Bool {
    let set = table.sets[try program.set(name, of: table, at: place)].set
    let key = try self.key(of: key, state)
    let memoryName = memoryName(name)
    let data = try data.map { expression throws(EvaluationError) in try self.key(of: expression, state) }
    let before = remembered(key, memoryName, state)
    if let size = set.size, before == nil,
      set.elements.count + context.memory.count(of: memoryName, at: context.now) >= Int(size)
    {
      return false
    }
    state.updates.append(
      .element(memoryName, key, data: before.flatMap(\.self) ?? data, seconds: timeout ?? set.timeout))
    return true
  }

  private func isRemembered(_ key: RegisterBytes, _ name: AffinityMemory.SetName, _ state: PacketState) -> Bool {
    remembered(key, name, state) != nil
  }

  /// What a dynamic set or map has under a key when the rule is met: nil is nothing, and an element of a set has no data.
  private func remembered(
    _ key: RegisterBytes, _ name: AffinityMemory.SetName, _ state: PacketState
  ) -> RegisterBytes?? {
    var found: RegisterBytes??
    if context.memory.contains(key, in: name, at: context.now) {
      found = .some(context.memory.data(of: key, in: name, at: context.now))
    }
    for update in state.updates {
      switch update {
      case .element(name, key, let data, _): found = found ?? .some(data)
      case .removed(name, key): found = nil
      default: break
      }
    }
    return found
  }

  // MARK: - Matches

  private func matches(
    _ expression: Expression, _ operand: Operand, _ state: PacketState
  ) throws(EvaluationError) -> (holds: Bool, element: Trace.ElementPlace?) {
    guard case .set(let name) = operand else { return (try matches(expression, constant: operand, state), nil) }
    let number = try program.set(name, of: table, at: place)
    let index = table.sets[number]
    let key = try key(of: expression, state)
    if let element = index.place(of: key) {
      return (true, Trace.ElementPlace(table: table.number, set: Int32(number), element: element))
    }
    guard !index.set.flags.isDisjoint(with: [.dynamic, .timeout]) else { return (false, nil) }
    return (isRemembered(key, memoryName(name), state), nil)
  }

  private func matches(
    _ expression: Expression, constant operand: Operand, _ state: PacketState
  ) throws(EvaluationError) -> Bool {
    switch (expression, operand) {
    case (.sourceAddress, _): try matches(state.source, operand)
    case (.destinationAddress, _): try matches(state.destination, operand)
    case (.transportProtocol, .transportProtocol(let transport)):
      context.packet.transport.number == transport.number
    case (.transportProtocol, .number(let number)): UInt32(context.packet.transport.number) == number
    case (.destinationPort, .port(let port)): state.destinationPort == port
    case (.inputInterfaceName, .interfaceName(let name)): context.inputInterface == name
    case (.inputInterfaceName, .interfaceNamePrefix(let prefix)): context.inputInterface.hasPrefix(prefix)
    case (.mark, .number(let number)): state.mark == number
    case (.connectionState, .connectionStates(let states)): states.contains(context.packet.state)
    case (.connectionStatus, .connectionStatus(.dnat)): state.hasStatusDNAT
    case (.connectionStatus, .connectionStatus(.snat)): state.isMasqueraded
    case (.sourceAddressType, .addressTypeLocal): context.environment.isLocal(state.source)
    case (.destinationAddressType, .addressTypeLocal): context.environment.isLocal(state.destination)
    default: throw unsupported("a comparison of these two")
    }
  }

  private func matches(_ address: IPAddress, _ operand: Operand) throws(EvaluationError) -> Bool {
    switch operand {
    case .address(let other): return address == other
    case .prefix(let prefix): return prefix.contains(address)
    case .anonymousSet(let ranges):
      var (low, high) = (0, ranges.count)
      while low < high {
        let middle = (low + high) / 2
        if ranges[middle].first <= address { low = middle + 1 } else { high = middle }
      }
      return low > 0 && ranges[low - 1].contains(address)
    default: throw unsupported("an address compared with something else")
    }
  }

  // MARK: - Keys

  private func key(of expression: Expression, _ state: PacketState) throws(EvaluationError) -> RegisterBytes {
    let keys = try keys(of: expression, state)
    guard keys.count == 1 else { throw unsupported("a random number in the key of a set") }
    return keys[0]
  }

  /// All values an expression can have now, equally likely.
  private func keys(of expression: Expression, _ state: PacketState) throws(EvaluationError) -> [RegisterBytes] {
    var keys = [RegisterBytes()]
    try append(expression, to: &keys, state)
    return keys
  }

  private func append(
    _ expression: Expression, to keys: inout [RegisterBytes], _ state: PacketState
  ) throws(EvaluationError) {
    switch expression {
    // A hash tells clients apart as well as their addresses do.
    case .sourceAddress, .sourceAddressHash: for index in keys.indices { keys[index].append(state.source) }
    case .destinationAddress: for index in keys.indices { keys[index].append(state.destination) }
    case .zeroedDestinationAddress:
      for index in keys.indices { keys[index].append(.unspecified(program.family)) }
    case .transportProtocol:
      for index in keys.indices { keys[index].appendWord(UInt32(context.packet.transport.number) << 24) }
    case .destinationPort: for index in keys.indices { keys[index].append(port: state.destinationPort) }
    case .priority: for index in keys.indices { keys[index].append(number: state.priority) }
    case .priorityBits(let bits): for index in keys.indices { keys[index].append(number: state.priority & bits) }
    case .randomNumber(let modulus, let offset):
      guard modulus > 0, modulus <= NFTablesRuleRun.greatestModulus else { throw unsupported("modulus \(modulus)") }
      if modulus == 1 {
        for index in keys.indices { keys[index].append(number: offset) }
      } else {
        guard keys.count == 1 else { throw unsupported("two random numbers in one key") }
        keys = (0..<modulus).map { number in
          var key = keys[0]
          key.append(number: offset &+ number)
          return key
        }
      }
    case .concatenation(let parts):
      for part in parts { try append(part, to: &keys, state) }
    default: throw unsupported("a key of this kind")
    }
  }

  /// More backends than any Service has.
  private static var greatestModulus: UInt32 { 1 << 20 }

  private func unsupported(_ part: String) -> EvaluationError {
    .unsupported(part: part, in: program.rulePlace(place))
  }
}
