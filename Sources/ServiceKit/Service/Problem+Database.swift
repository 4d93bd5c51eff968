import SQLite

extension Problem {
    /// The answer to whatever a handler threw.
    init(answering error: any Error) {
        switch error {
        case let error as Problem: self = error
        case let error as DatabaseError: self = Problem(error)
        default: self = .internalError
        }
    }

    /// The answer to a database error that a handler did not expect.
    init(_ error: DatabaseError) {
        switch error {
        case .overloaded, .closed:
            self = .unavailable("The service has more work than it can do now.")
        case .failed(let code, _, _):
            switch code.primary {
            case .full:
                self = Problem(507, "storage-full", "Insufficient storage", "There is no room to store this.")
            case .busy, .locked:
                self = .unavailable("The data is in use; try again.")
            case .corrupt, .notADatabase, .ioError, .readOnly, .cannotOpen:
                self = .unavailable("The data cannot be reached now.")
            case .tooBig:
                self = Problem(413, "too-large", "Content too large", "A value is too large to be stored.")
            default:
                self = .internalError
            }
        case .cannotOpen, .inUse, .newerSchema, .foreignSchema:
            self = .unavailable("The data cannot be reached now.")
        }
    }

    /// 500: our bug. The log says which.
    static let internalError = Problem(
        500, "internal-error", "Internal error", "The service failed; its log has the details.")
}
