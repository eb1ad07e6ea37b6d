#if Netlink && os(Linux)
  // Who uses a connection to nf_tables names its socket and its errors too.
  @_exported import Netlink
#endif
