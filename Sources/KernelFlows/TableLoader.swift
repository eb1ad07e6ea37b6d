import NFTables

/// Puts tables into the network namespace of the calling thread, each in place of what is there under its name.
public typealias TableLoader = @Sendable ([Table]) throws -> Void
