/// Options of the command line over those of a golden directory: what the command line says wins.
extension InputOptions {
  func over(_ other: InputOptions) -> InputOptions {
    var merged = self
    merged.allocate = allocate || other.allocate
    merged.serviceCidr = serviceCidr.isEmpty ? other.serviceCidr : serviceCidr
    merged.nodePortRange = nodePortRange ?? other.nodePortRange
    merged.skipInvalid = skipInvalid || other.skipInvalid
    merged.strict = strict || other.strict
    return merged
  }
}

extension NodeOptions {
  func over(_ other: NodeOptions) -> NodeOptions {
    var merged = self
    merged.config = config ?? other.config
    merged.nodeName = nodeName ?? other.nodeName
    merged.nodeIp = nodeIp.isEmpty ? other.nodeIp : nodeIp
    merged.interfaceIp = interfaceIp.isEmpty ? other.interfaceIp : interfaceIp
    merged.zone = zone ?? other.zone
    merged.clusterCidr = clusterCidr.isEmpty ? other.clusterCidr : clusterCidr
    merged.podCidr = podCidr.isEmpty ? other.podCidr : podCidr
    merged.detectLocalMode = detectLocalMode ?? other.detectLocalMode
    merged.podBridgeInterface = podBridgeInterface ?? other.podBridgeInterface
    merged.podInterfaceNamePrefix = podInterfaceNamePrefix ?? other.podInterfaceNamePrefix
    merged.masqueradeAll = masqueradeAll ?? other.masqueradeAll
    merged.iptablesMasqueradeBit = iptablesMasqueradeBit ?? other.iptablesMasqueradeBit
    merged.nftablesMasqueradeBit = nftablesMasqueradeBit ?? other.nftablesMasqueradeBit
    merged.nodeportAddresses = nodeportAddresses.isEmpty ? other.nodeportAddresses : nodeportAddresses
    merged.iptablesLocalhostNodeports = iptablesLocalhostNodeports ?? other.iptablesLocalhostNodeports
    merged.conntrackTcpBeLiberal = conntrackTcpBeLiberal ?? other.conntrackTcpBeLiberal
    return merged
  }
}
