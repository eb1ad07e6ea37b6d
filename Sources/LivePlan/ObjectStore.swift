import KubernetesObjects
import NetworkAddresses

/// The Services, EndpointSlices and ServiceCIDRs a node knows, as far as rules depend on them.
///
/// It tells which Services are touched by what comes in.
struct ObjectStore: Sendable {
  /// A Service and what belongs to it; either can be there without the other.
  private struct Entry {
    var service: Service?
    var slices: [EndpointSlice] = []

    var isEmpty: Bool { service == nil && slices.isEmpty }
  }

  /// By the Service's name.
  private var entries: [NamespacedName: Entry] = [:]
  /// The Service each slice belongs to.
  private var owners: [NamespacedName: NamespacedName] = [:]
  private var ranges: [String: [IPPrefix]] = [:]
  private var serviceVersions = ObjectVersions()
  private var sliceVersions = ObjectVersions()
  private var rangeVersions = ObjectVersions()
  private var words = SharedWords()

  /// Services whose rules may be different now.
  private(set) var touched: Set<NamespacedName> = []

  /// Gives ``touched`` away, and begins anew.
  mutating func takeTouched() -> Set<NamespacedName> {
    defer { touched = [] }
    return touched
  }

  mutating func touch(_ service: NamespacedName) { touched.insert(service) }

  /// All Services that are there, or to which slices belong.
  var names: some Collection<NamespacedName> { entries.keys }

  /// Of the ServiceCIDRs, sorted.
  var serviceCIDRs: [IPPrefix] { ranges.values.flatMap(\.self).sorted() }

  /// A Service and its slices; nil: there is no such Service.
  subscript(name: NamespacedName) -> (service: Service, slices: [EndpointSlice])? {
    guard let entry = entries[name], let service = entry.service else { return nil }
    return (service, entry.slices)
  }

  // MARK: - One object

  mutating func apply(_ change: ObjectChange, _ version: UInt64?) {
    switch change {
    case .service(let service):
      if serviceVersions.accept(service.name, version) { put(service) }
    case .deletedService(let name):
      if serviceVersions.acceptDeletion(name, version) { removeService(name) }
    case .slice(let slice):
      if sliceVersions.accept(slice.name, version) { put(slice) }
    case .deletedSlice(let name):
      if sliceVersions.acceptDeletion(name, version) { removeSlice(name) }
    case .serviceCIDR(let range):
      if rangeVersions.accept(ObjectStore.name(range), version) { put(range) }
    case .deletedServiceCIDR(let name):
      if rangeVersions.acceptDeletion(NamespacedName(namespace: "", name: name), version) { ranges[name] = nil }
    }
  }

  // MARK: - Lists

  mutating func replaceServices(with list: [Listed<Service>]) {
    serviceVersions = ObjectVersions(list.map { ($0.object.name, $0.resourceVersion) })
    var gone = Set(entries.lazy.filter { $0.value.service != nil }.map(\.key))
    for listed in list { gone.remove(listed.object.name) }
    for name in gone { removeService(name) }
    entries.reserveCapacity(list.count)
    for listed in list { put(listed.object) }
  }

  mutating func replaceSlices(with list: [Listed<EndpointSlice>]) {
    sliceVersions = ObjectVersions(list.map { ($0.object.name, $0.resourceVersion) })
    var gone = Set(owners.keys)
    for listed in list { gone.remove(listed.object.name) }
    for name in gone { removeSlice(name) }
    for listed in list { put(listed.object) }
  }

  mutating func replaceServiceCIDRs(with list: [Listed<ServiceCIDR>]) {
    rangeVersions = ObjectVersions(list.map { (ObjectStore.name($0.object), $0.resourceVersion) })
    ranges = [:]
    for listed in list { put(listed.object) }
  }

  // MARK: - Services

  private mutating func put(_ service: Service) {
    let kept = service.kept
    if entries[service.name]?.service == kept { return }
    entries[service.name, default: Entry()].service = kept
    touched.insert(service.name)
  }

  private mutating func removeService(_ name: NamespacedName) {
    guard entries[name]?.service != nil else { return }
    entries[name]?.service = nil
    removeIfEmpty(name)
    touched.insert(name)
  }

  // MARK: - Slices

  private mutating func put(_ slice: EndpointSlice) {
    guard let kept = slice.kept(&words), let owner = kept.owner else {
      removeSlice(slice.name)
      return
    }
    if owners[slice.name] != owner { removeSlice(slice.name) }
    let place = entries[owner]?.slices.firstIndex { $0.name == slice.name }
    if let place {
      if entries[owner]?.slices[place] == kept { return }
      entries[owner]?.slices[place] = kept
    } else {
      entries[owner, default: Entry()].slices.append(kept)
      owners[slice.name] = owner
    }
    touched.insert(owner)
  }

  private mutating func removeSlice(_ name: NamespacedName) {
    guard let owner = owners.removeValue(forKey: name) else { return }
    entries[owner]?.slices.removeAll { $0.name == name }
    removeIfEmpty(owner)
    touched.insert(owner)
  }

  private mutating func removeIfEmpty(_ name: NamespacedName) {
    if entries[name]?.isEmpty == true { entries[name] = nil }
  }

  // MARK: - ServiceCIDRs

  private mutating func put(_ range: ServiceCIDR) { ranges[range.name] = range.cidrs.map(\.value) }

  private static func name(_ range: ServiceCIDR) -> NamespacedName {
    NamespacedName(namespace: "", name: range.name)
  }
}
