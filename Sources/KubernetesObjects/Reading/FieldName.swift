/// The fields that are read, of all kinds together.
enum FieldName: String, CaseIterable {
  case address, addressType, addresses, allocateLoadBalancerNodePorts, annotations, apiVersion
  case cidrs, clientIP, clusterIP, clusterIPs, conditions, containerPort, containers
  case deletionTimestamp
  case endpoints, externalIPs, externalName, externalTrafficPolicy
  case forNodes, forZones
  case generateName
  case healthCheckNodePort, hints, hostNetwork, hostname
  case ingress, initContainers, internalTrafficPolicy, ip, ipFamilies, ipFamilyPolicy, ipMode, items
  case key, kind
  case labels, loadBalancer, loadBalancerIP, loadBalancerSourceRanges
  case metadata
  case name, namespace, nodeName, nodePort, notReadyAddresses
  case phase, podCIDR, podCIDRs, podIP, podIPs, port, ports, `protocol`, publishNotReadyAddresses
  case ready, restartPolicy
  case selector, serving, sessionAffinity, sessionAffinityConfig, spec, status, subdomain, subsets
  case taints, targetPort, terminating, timeoutSeconds, trafficDistribution, type
  case zone
}

/// Finds the ``FieldName`` that some bytes spell.
struct FieldTable: Sendable {
  private struct Slot {
    var bytes: [UInt8]
    /// The first eight bytes as a number, see ``head(of:)``.
    var head: UInt64
    var name: FieldName
    var ordinal: UInt8
  }

  static let shared = FieldTable()

  private var slots: [Slot?] = Array(repeating: nil, count: 512)

  private init() {
    for (ordinal, name) in FieldName.allCases.enumerated() {
      let bytes = Array(name.rawValue.utf8)
      let head = bytes.withUnsafeBytes { FieldTable.head(of: $0) }
      var index = FieldTable.start(head, bytes.count)
      while slots[index] != nil { index = (index + 1) & 511 }
      slots[index] = Slot(bytes: bytes, head: head, name: name, ordinal: UInt8(ordinal))
    }
  }

  /// The field and its number among all fields, which is below 128.
  func find(_ text: UnsafeRawBufferPointer) -> (name: FieldName, ordinal: UInt8)? {
    let head = FieldTable.head(of: text)
    var index = FieldTable.start(head, text.count)
    while let slot = slots[index] {
      if slot.head == head, slot.bytes.count == text.count, FieldTable.equal(slot.bytes, text) {
        return (slot.name, slot.ordinal)
      }
      index = (index + 1) & 511
    }
    return nil
  }

  private static func equal(_ bytes: [UInt8], _ text: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count > 8 else { return true }
    for index in 8..<bytes.count where bytes[index] != text[index] { return false }
    return true
  }

  private static func head(of text: UnsafeRawBufferPointer) -> UInt64 {
    if text.count >= 8 { return text.loadUnaligned(as: UInt64.self) }
    var head: UInt64 = 0
    for byte in text { head = head << 8 | UInt64(byte) }
    return head
  }

  private static func start(_ head: UInt64, _ count: Int) -> Int {
    Int(truncatingIfNeeded: ((head ^ UInt64(truncatingIfNeeded: count)) &* 0x9e37_79b9_7f4a_7c15) >> 55)
  }
}
