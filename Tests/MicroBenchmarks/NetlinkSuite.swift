#if Netlink && os(Linux)
  import Benchmark
  import NFTables
  import NFTablesNetlink
  import NetworkAddresses

  /// From rules as values to the bytes of transactions.
  enum NetlinkSuite {
    static func make(_ sample: SampleCluster) throws -> BenchmarkSuite {
      let table = try sample.table()
      var changed = table
      guard let endpoints = changed.sets.firstIndex(where: { $0.name == "endpoints" }),
        case .fields(var endpoint)? = changed.sets[endpoints].elements.first?.data
      else { throw SampleCluster.Unreadable(name: "endpoints") }
      let port = endpoint.port(at: 4)
      endpoint = RegisterBytes()
      endpoint.append(IPAddress(ipv4: 0x0a0a_0a0a))
      endpoint.append(port: port)
      changed.sets[endpoints].elements[0].data = .fields(endpoint)
      let other = changed
      return BenchmarkSuite(name: "netlink") { suite in
        suite.benchmark("batch of 100 Services, nft-maps") {
          var transaction = Transaction()
          transaction.add(table)
          keep(try transaction.prepared().byteCount)
        }
        suite.benchmark("100 Services compared, nothing to do") {
          keep(TableUpdate(from: InstalledTable(table), to: table).isEmpty)
        }
        suite.benchmark("100 Services compared, one endpoint replaced") {
          for transaction in TableUpdate(from: InstalledTable(table), to: other).transactions {
            keep(try transaction.prepared().byteCount)
          }
        }
      }
    }
  }
#endif
