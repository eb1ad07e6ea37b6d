#if Netlink && os(Linux)
  import NFTables

  extension NetlinkConnection where Transport: ~Copyable {
    /// How often an update is worked out anew because somebody changed rules meanwhile.
    static var updateAttempts: Int { 8 }

    /// Makes the kernel's table what it should be, whatever it is now.
    ///
    /// - Returns: what was done; an empty update: nothing had to be.
    /// - Throws: ``NetlinkError/Cause/keptChanging(attempts:)`` if somebody kept changing rules. What was committed by then is
    ///   whole, and packets are served; the next update goes on from there.
    @discardableResult
    public mutating func update(
      to desired: Table, ownership: TableOwnership? = nil
    ) throws(NetlinkError) -> TableUpdate {
      for _ in 0..<Self.updateAttempts {
        let before = try generation()
        let installed = try table(desired.identity)
        let update = TableUpdate(from: installed, to: desired, ownership: ownership)
        do {
          try commit(update, generation: installed?.generation ?? before)
          return update
        } catch  where error.isStale {
          continue
        }
      }
      throw NetlinkError("updating table \(desired.identity)", .keptChanging(attempts: Self.updateAttempts))
    }

    /// Commits the transactions of an update, the first of them only if the rules are still those it starts from.
    public mutating func commit(_ update: TableUpdate, generation: UInt32? = nil) throws(NetlinkError) {
      var generation = generation
      for transaction in update.transactions {
        try commit(transaction, generation: generation)
        // Each commit makes a new generation; others' commits in between concern other tables, or are found by the next update.
        generation = nil
      }
    }
  }
#endif
