extension Database {
    /// Whether there is a file at `path`.
    public static func exists(_ path: String) -> Bool { DatabaseFile.exists(path) }

    /// Writes a copy of a database, as of one moment, while others use it. The copy is checked, and on the disk under its
    /// name only when it is whole. Blocks.
    ///
    /// - Parameters:
    ///   - path: the database, which must exist.
    ///   - copy: the file to be written; an older one is replaced.
    public static func backUp(_ path: String, to copy: String) throws(DatabaseError) {
        try DatabaseFile.requireExistence(path)
        try write(copy, from: path)
    }

    /// Whether a copy is whole. Blocks.
    ///
    /// - Throws: what is wrong with it.
    public static func verify(_ copy: String) throws(DatabaseError) {
        try DatabaseFile.requireExistence(copy)
        try Connection(path: copy, busyTimeout: .zero).checkIntegrity(copy)
    }

    /// Databases that are to be replaced by copies, all held against anybody's use.
    public struct Restoration: ~Copyable {
        private let path: String
        private let copy: String
        private let lock: FileLock

        /// Checks the copy and takes the database for itself. Blocks.
        ///
        /// - Parameters:
        ///   - path: the database that is replaced; it need not exist.
        ///   - copy: what `backUp` wrote.
        /// - Throws: `inUse` while somebody works with the database, or what is wrong with the copy.
        public init(of path: String, from copy: String) throws(DatabaseError) {
            try Database.verify(copy)
            try DatabaseFile.prepareFolder(of: path)
            let lock = try FileLock(of: path, .alone)
            self.path = path
            self.copy = copy
            self.lock = lock
        }

        /// Replaces the database: before and after a crash there is the old one or the new one. Blocks.
        public consuming func run() throws(DatabaseError) {
            let incoming = path + ".incoming"
            try Database.write(incoming, from: copy)
            // What is in the old journal belongs into the old file; beside the new one it would damage that. A file that
            // is too damaged for this has nothing to lose.
            if DatabaseFile.exists(path), let old = try? Connection(path: path, busyTimeout: .zero) {
                try? old.run("PRAGMA journal_mode = DELETE")
            }
            DatabaseFile.removeJournals(of: path)
            try DatabaseFile.rename(incoming, to: path)
        }
    }

    private static func write(_ copy: String, from path: String) throws(DatabaseError) {
        let partial = copy + ".partial"
        DatabaseFile.remove(partial)
        try DatabaseFile.prepare(partial)
        do throws(DatabaseError) {
            try fill(partial, from: path)
            try DatabaseFile.rename(partial, to: copy)
        } catch {
            DatabaseFile.remove(partial)
            throw error
        }
    }

    private static func fill(_ partial: String, from path: String) throws(DatabaseError) {
        let source = try Connection(path: path, busyTimeout: .seconds(5))
        let destination = try Connection(path: partial, busyTimeout: .zero)
        try source.copy(to: destination)
        // A copy is one file, without a journal beside it.
        try destination.run("PRAGMA journal_mode = DELETE")
        try destination.checkIntegrity(partial)
    }
}

extension Connection {
    /// Reads every page.
    fileprivate func checkIntegrity(_ path: String) throws(DatabaseError) {
        var findings: [String] = []
        try query("PRAGMA integrity_check(10)", []) { row in
            findings.append(row.text(0))
            return true
        }
        guard findings == ["ok"] else {
            throw .failed(
                .corrupt, message: "\(path): " + findings.joined(separator: "; "), sql: "PRAGMA integrity_check")
        }
    }
}
