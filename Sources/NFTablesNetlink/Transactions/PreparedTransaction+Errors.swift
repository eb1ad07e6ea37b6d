#if Netlink && os(Linux)
  import CNetlinkShim
  import NFTables

  extension PreparedTransaction {
    /// The transaction in a few words.
    var summary: String {
      operations.count == 1 ? operations[0].description : "a transaction of \(operations.count) operations"
    }

    /// The error that an answer is, with the operation and element it is about.
    func error(_ answer: KernelAnswer, sequence: UInt32) -> NetlinkError {
      let cause = NetlinkError.Cause.refused(code: answer.code)
      guard let origin = origin(ofSequence: sequence), let index = origin.operation else {
        return NetlinkError(summary, cause, explanation: answer.explanation)
      }
      var text = operations[index].description
      if let element = element(origin, at: answer.offset) { text = operations[index].description(ofElement: element) }
      return NetlinkError(text, cause, explanation: answer.explanation)
    }

    /// The index of the element that an offset in a message lies in; nil: it is not about an element.
    private func element(_ origin: Origin, at offset: Int?) -> Int? {
      guard let index = origin.operation else { return nil }
      let set: NamedSet
      let elements: [Element]
      switch operations[index].action {
      case .addElements(let declaration, let list), .deleteElements(let declaration, let list):
        (set, elements) = (declaration, list)
      default: return nil
      }
      if elements.count == 1 { return 0 }
      guard let offset, let place = place(origin, at: offset) else { return nil }
      guard ElementLayout(set).isInterval else { return origin.element + place }
      // A range is two elements, unless nothing is behind it.
      var wire = 0
      for element in origin.element..<elements.count {
        wire += elements[element].lastKey.successor == nil ? 1 : 2
        if wire > place { return element }
      }
      return nil
    }

    /// Which entry of a message's list of elements an offset lies in.
    private func place(_ origin: Origin, at offset: Int) -> Int? {
      messages.withBytes { bytes in
        guard origin.offset + MessageBuffer.headerBytes < bytes.count else { return nil }
        let message = UnsafeRawBufferPointer(rebasing: bytes[origin.offset...])
        var attributes = Attributes(UnsafeRawBufferPointer(rebasing: message[MessageBuffer.headerBytes...]))
        while let attribute = try? attributes.next() {
          guard attribute.type == Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue) else { continue }
          var entries = attribute.nested
          var place = 0
          while let entry = try? entries.next() {
            guard let start = entry.payload.baseAddress, let base = message.baseAddress else { return nil }
            let end = start - base + entry.payload.count
            if offset < end { return place }
            place += 1
          }
          return nil
        }
        return nil
      }
    }
  }
#endif
