import CSQLite

extension Connection {
    /// Copies everything, as of this moment, into `destination`, which takes it as one change. Whoever uses the source
    /// goes on undisturbed.
    func copy(to destination: borrowing Connection) throws(DatabaseError) {
        guard let backup = unsafe sqlite3_backup_init(destination.handle, "main", handle, "main") else {
            throw unsafe DatabaseError.last(
                of: destination.handle, code: sqlite3_errcode(destination.handle), sql: "backup")
        }
        // All pages in one step: between two, a write of somebody else would begin the copy anew.
        _ = unsafe sqlite3_backup_step(backup, -1)
        let code = unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_OK else {
            throw unsafe DatabaseError.last(of: destination.handle, code: code, sql: "backup")
        }
    }
}
