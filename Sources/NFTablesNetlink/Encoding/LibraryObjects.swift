#if Netlink && os(Linux)
  import CMnl
  import CNetlinkShim
  import CNftnl

  // The objects of libnftnl, each with one owner that frees it. libnftnl copies what it is given, so nothing else has to live
  // as long as an object. Allocation fails for want of memory only, and then Swift could not go on either.

  private func allocated(_ pointer: OpaquePointer?) -> OpaquePointer {
    guard let pointer else { fatalError("out of memory") }
    return pointer
  }

  /// Owns a `nftnl_table`.
  struct LibraryTable: ~Copyable {
    private let pointer: OpaquePointer

    init() { pointer = allocated(nftnl_table_alloc()) }

    deinit { nftnl_table_free(pointer) }

    func set(_ attribute: nftnl_table_attr, _ text: String) {
      nftnl_table_set_str(pointer, UInt16(attribute.rawValue), text)
    }

    func set(_ attribute: nftnl_table_attr, _ number: UInt32) {
      nftnl_table_set_u32(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_table_attr, _ bytes: [UInt8]) {
      nftnl_table_set_data(pointer, UInt16(attribute.rawValue), bytes, UInt32(bytes.count))
    }

    /// Writes the attributes behind a header that has room for them.
    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_table_nlmsg_build_payload(header, pointer) }
  }

  /// Owns a `nftnl_chain`.
  struct LibraryChain: ~Copyable {
    private let pointer: OpaquePointer

    init() { pointer = allocated(nftnl_chain_alloc()) }

    deinit { nftnl_chain_free(pointer) }

    func set(_ attribute: nftnl_chain_attr, _ text: String) {
      nftnl_chain_set_str(pointer, UInt16(attribute.rawValue), text)
    }

    func set(_ attribute: nftnl_chain_attr, _ number: UInt32) {
      nftnl_chain_set_u32(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_chain_attr, _ number: Int32) {
      nftnl_chain_set_s32(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_chain_attr, _ bytes: [UInt8]) {
      nftnl_chain_set_data(pointer, UInt16(attribute.rawValue), bytes, UInt32(bytes.count))
    }

    /// Writes the attributes behind a header that has room for them.
    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_chain_nlmsg_build_payload(header, pointer) }
  }

  /// Owns a `nftnl_set` and the expressions that were added to it, without elements: those are written by ``MessageBuffer``
  /// itself.
  struct LibrarySet: ~Copyable {
    private let pointer: OpaquePointer

    init() { pointer = allocated(nftnl_set_alloc()) }

    deinit { nftnl_set_free(pointer) }

    func set(_ attribute: nftnl_set_attr, _ text: String) {
      nftnl_set_set_str(pointer, UInt16(attribute.rawValue), text)
    }

    func set(_ attribute: nftnl_set_attr, _ number: UInt32) {
      nftnl_set_set_u32(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_set_attr, _ number: UInt64) {
      nftnl_set_set_u64(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_set_attr, _ bytes: [UInt8]) {
      nftnl_set_set_data(pointer, UInt16(attribute.rawValue), bytes, UInt32(bytes.count))
    }

    /// Takes an expression over: the set frees it. The kernel copies it into every element.
    func add(_ expression: consuming LibraryExpression) {
      nftnl_set_add_expr(pointer, expression.release())
    }

    /// Writes the attributes behind a header that has room for them.
    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_set_nlmsg_build_payload(header, pointer) }
  }

  /// Owns a `nftnl_rule` and the expressions that were added to it.
  struct LibraryRule: ~Copyable {
    private let pointer: OpaquePointer

    init() { pointer = allocated(nftnl_rule_alloc()) }

    deinit { nftnl_rule_free(pointer) }

    func set(_ attribute: nftnl_rule_attr, _ text: String) {
      nftnl_rule_set_str(pointer, UInt16(attribute.rawValue), text)
    }

    func set(_ attribute: nftnl_rule_attr, _ number: UInt32) {
      nftnl_rule_set_u32(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_rule_attr, _ number: UInt64) {
      nftnl_rule_set_u64(pointer, UInt16(attribute.rawValue), number)
    }

    func set(_ attribute: nftnl_rule_attr, _ bytes: [UInt8]) {
      nftnl_rule_set_data(pointer, UInt16(attribute.rawValue), bytes, UInt32(bytes.count))
    }

    /// Takes an expression over: the rule frees it.
    func add(_ expression: consuming LibraryExpression) {
      nftnl_rule_add_expr(pointer, expression.release())
    }

    /// Writes the attributes behind a header that has room for them.
    func write(to header: UnsafeMutablePointer<nlmsghdr>) { nftnl_rule_nlmsg_build_payload(header, pointer) }
  }

  /// Owns a `nftnl_expr` until a rule or a set takes it over.
  struct LibraryExpression: ~Copyable {
    private let pointer: OpaquePointer

    /// - Parameter name: one of the names the kernel has for expressions, and libnftnl 1.2.4 knows.
    init(_ name: StaticString) {
      pointer = allocated(
        name.withUTF8Buffer { utf8 in
          utf8.withMemoryRebound(to: CChar.self) { nftnl_expr_alloc($0.baseAddress) }
        })
    }

    deinit { nftnl_expr_free(pointer) }

    consuming func release() -> OpaquePointer {
      let pointer = pointer
      discard self
      return pointer
    }

    func set(_ attribute: Int, _ text: String) { nftnl_expr_set_str(pointer, UInt16(attribute), text) }

    func set(_ attribute: Int, _ number: UInt32) { nftnl_expr_set_u32(pointer, UInt16(attribute), number) }

    func set(_ attribute: Int, _ number: UInt64) { nftnl_expr_set_u64(pointer, UInt16(attribute), number) }

    func set(_ attribute: Int, byte: UInt8) { nftnl_expr_set_u8(pointer, UInt16(attribute), byte) }

    func set(_ attribute: Int, _ bytes: [UInt8]) {
      nftnl_expr_set(pointer, UInt16(attribute), bytes, UInt32(bytes.count))
    }
  }
#endif
