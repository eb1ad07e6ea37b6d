/// How connection tracking is to be set up: the section `conntrack` of a KubeProxyConfiguration (CT-8).
public struct ConntrackConfiguration: Hashable, Sendable {
  /// Entries the table may have, for each processor; 0: the maximum is left alone.
  public var maxPerCore: Int
  /// Entries the table may have at least, whatever the number of processors.
  public var min: Int
  /// Seconds; 0: left alone. So are the others.
  public var tcpEstablishedTimeout: Int
  public var tcpCloseWaitTimeout: Int
  /// Whether packets outside the TCP window are let through; false: left alone.
  public var tcpBeLiberal: Bool
  public var udpTimeout: Int
  public var udpStreamTimeout: Int

  /// The defaults of kube-proxy.
  public init(
    maxPerCore: Int = 32768, min: Int = 131_072, tcpEstablishedTimeout: Int = 86400, tcpCloseWaitTimeout: Int = 3600,
    tcpBeLiberal: Bool = false, udpTimeout: Int = 0, udpStreamTimeout: Int = 0
  ) {
    self.maxPerCore = maxPerCore
    self.min = min
    self.tcpEstablishedTimeout = tcpEstablishedTimeout
    self.tcpCloseWaitTimeout = tcpCloseWaitTimeout
    self.tcpBeLiberal = tcpBeLiberal
    self.udpTimeout = udpTimeout
    self.udpStreamTimeout = udpStreamTimeout
  }

  /// The most entries that the number of processors alone leads to.
  public static let mostByProcessors = 1_048_576

  /// Entries the table may have; nil: the maximum is left alone.
  public func maximum(processors: Int) -> Int? {
    guard maxPerCore > 0 else { return nil }
    let (product, isTooMuch) = maxPerCore.multipliedReportingOverflow(by: Swift.max(processors, 1))
    let scaled = isTooMuch ? Self.mostByProcessors : Swift.min(product, Self.mostByProcessors)
    return Swift.max(scaled, min)
  }

  /// In the order they are to be made.
  ///
  /// - Parameter processors: those of the machine.
  public func settings(processors: Int) -> [KernelSetting] {
    var settings: [KernelSetting] = []
    if let maximum = maximum(processors: processors) {
      settings.append(KernelSetting(.conntrackMaximum, .exactly(maximum)))
      settings.append(KernelSetting(.conntrackBuckets, .atLeast(maximum / 4)))
    }
    func set(_ parameter: KernelParameter, _ seconds: Int) {
      if seconds > 0 { settings.append(KernelSetting(parameter, .exactly(seconds))) }
    }
    set(.tcpTimeoutEstablished, tcpEstablishedTimeout)
    set(.tcpTimeoutCloseWait, tcpCloseWaitTimeout)
    if tcpBeLiberal { settings.append(KernelSetting(.tcpBeLiberal, .exactly(1))) }
    set(.udpTimeout, udpTimeout)
    set(.udpTimeoutStream, udpStreamTimeout)
    return settings
  }
}
