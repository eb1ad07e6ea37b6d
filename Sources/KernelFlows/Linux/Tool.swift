#if os(Linux)
  import SystemPrograms

  /// A program of the system that is run in the node's namespace.
  struct Tool {
    private let program: SystemProgram

    init(_ name: String) throws(KernelFlowError) {
      do {
        program = try SystemProgram(name)
      } catch {
        throw KernelFlowError(error)
      }
    }

    /// Runs the program with a document as its input.
    ///
    /// - Throws: what it printed, if it fails.
    func run(_ arguments: [String], input: some Collection<UInt8>) throws(KernelFlowError) {
      do {
        try program.run(arguments, input: input)
      } catch {
        throw KernelFlowError(error)
      }
    }
  }

  extension KernelFlowError {
    fileprivate init(_ error: SystemProgramError) {
      self =
        switch error {
        case .missing(let name): .missingTool(name)
        case .failed(let command, let status, let output):
          .failedTool(command: command, status: status, output: output)
        case .refused(let operation, let code): .refused(operation: operation, code: code)
        }
    }
  }
#endif
