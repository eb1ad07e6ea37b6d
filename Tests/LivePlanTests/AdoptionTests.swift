import LivePlan
import NFTables
import NetworkAddresses
import Testing

/// A process that starts goes on with the numbers of the rules it finds, however they came about.
struct AdoptionTests {
  @Test(arguments: [3, 7, 12] as [UInt64])
  func affinityNumbersAreTakenOver(seed: UInt64) throws {
    var watch = RandomWatch(seed: seed)
    var before = LiveNode(configuration: watch.configuration)
    for _ in 0..<120 { watch.next(&before) }
    _ = before.takeChange()
    var after = LiveNode(configuration: watch.configuration)
    for service in watch.objects.services { after.apply(.service(service)) }
    for slice in watch.objects.slices { after.apply(.slice(slice)) }
    var installed: [Table] = []
    for family in before.families {
      let table = try #require(before.table(family)).withOtherNumbers
      installed.append(table)
      after.adopt(table)
    }
    _ = after.takeChange()
    #expect(installed.contains { !($0.set(named: "sticky-numbers")?.elements.isEmpty ?? true) })
    for table in installed {
      let adopted = try #require(after.table(table.family))
      let differences = TableModel.differences(from: table.ordered, to: adopted.ordered)
      #expect(differences.isEmpty)
    }
  }
}

extension Table {
  /// With numbers of session affinity that no hash gives.
  fileprivate var withOtherNumbers: Table {
    var table = self
    for set in table.sets.indices where table.sets[set].name.contains("sticky-") {
      let isKeyed = table.sets[set].key.last == .priority
      for index in table.sets[set].elements.indices {
        let element = table.sets[set].elements[index]
        if isKeyed {
          table.sets[set].elements[index].key = element.key.withOtherNumber
        } else if case .fields(let number) = element.data {
          table.sets[set].elements[index].data = .fields(number.withOtherNumber)
        }
      }
      table.sets[set].elements.sort { $0.key < $1.key }
    }
    return table
  }
}

extension RegisterBytes {
  /// Other bits in both halves of the last word, the first bit aside.
  fileprivate var withOtherNumber: RegisterBytes {
    var bytes = withoutLastWord
    bytes.appendWord((words.last ?? 0) ^ 0x1111_0ff0)
    return bytes
  }
}
