/// An extended result code of SQLite, <https://www.sqlite.org/rescode.html>.
public struct ResultCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number, as SQLite returns it.
    public let rawValue: Int32

    /// - Parameter rawValue: the number, as SQLite returns it.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The code without the detail in its upper bits.
    public var primary: ResultCode { ResultCode(rawValue: rawValue & 0xff) }

    /// The number in decimal.
    public var description: String { String(rawValue) }

    /// Another connection holds the lock, and kept it for longer than the busy timeout.
    public static let busy = ResultCode(rawValue: 5)
    /// A table is locked inside this process.
    public static let locked = ResultCode(rawValue: 6)
    /// The file or its folder cannot be written.
    public static let readOnly = ResultCode(rawValue: 8)
    /// The operating system failed to read or write.
    public static let ioError = ResultCode(rawValue: 10)
    /// The file is damaged.
    public static let corrupt = ResultCode(rawValue: 11)
    /// The disk or the file's page limit is full.
    public static let full = ResultCode(rawValue: 13)
    /// A file could not be opened.
    public static let cannotOpen = ResultCode(rawValue: 14)
    /// A value is larger than SQLite takes.
    public static let tooBig = ResultCode(rawValue: 18)
    /// A constraint refused the change.
    public static let constraint = ResultCode(rawValue: 19)
    /// The file is no SQLite database.
    public static let notADatabase = ResultCode(rawValue: 26)
    /// A UNIQUE constraint refused the change.
    public static let uniqueConstraint = ResultCode(rawValue: 19 | 8 << 8)
    /// A PRIMARY KEY constraint refused the change.
    public static let primaryKeyConstraint = ResultCode(rawValue: 19 | 6 << 8)
    /// A FOREIGN KEY constraint refused the change.
    public static let foreignKeyConstraint = ResultCode(rawValue: 19 | 3 << 8)
    /// A CHECK constraint refused the change.
    public static let checkConstraint = ResultCode(rawValue: 19 | 1 << 8)
}
