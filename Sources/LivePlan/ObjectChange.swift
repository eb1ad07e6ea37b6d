import KubernetesObjects

/// What a watch says of one object.
public enum ObjectChange: Hashable, Sendable {
  /// Added or modified: it is so now.
  case service(Service)
  case slice(EndpointSlice)
  case serviceCIDR(ServiceCIDR)
  case deletedService(NamespacedName)
  case deletedSlice(NamespacedName)
  case deletedServiceCIDR(String)
}

/// An object of a list, with its `metadata.resourceVersion`.
public struct Listed<Object: Hashable & Sendable>: Hashable, Sendable {
  public var object: Object
  /// Nil: not known. API servers count up, so that the higher one is the newer one.
  public var resourceVersion: UInt64?

  public init(_ object: Object, resourceVersion: UInt64? = nil) {
    self.object = object
    self.resourceVersion = resourceVersion
  }
}
