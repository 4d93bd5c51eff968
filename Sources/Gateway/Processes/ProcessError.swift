public import Reactor

/// Why a process could not be started.
public enum ProcessError: Error, Equatable, CustomStringConvertible {
    /// The path of its socket does not fit into an address.
    case socketPathTooLong(String)
    /// A folder under `stateDir` cannot be made or written to.
    case folder(String, SystemError)
    /// No port is free.
    case noPort(SystemError)
    /// The system refused to start the program.
    case start(program: String, directory: String?, SystemError)

    /// What is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .socketPathTooLong(let path):
            "the socket's path has \(path.utf8.count) bytes and at most \(ProcessPlan.longestSocketPath) fit: "
                + "\(path); choose a shorter stateDir"
        case .folder(let path, let error): "cannot use the folder \(path): \(error)"
        case .noPort(let error): "found no free port on 127.0.0.1: \(error)"
        case .start(let program, let directory?, let error): "cannot run \(program) in \(directory): \(error)"
        case .start(let program, nil, let error): "cannot run \(program): \(error)"
        }
    }
}
