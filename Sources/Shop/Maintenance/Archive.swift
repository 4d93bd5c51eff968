import SQLite
import ServiceKit

/// The databases of all services in one folder, and copies of them in another.
struct Archive {
    /// Where the databases are.
    let directory: String

    /// Copies every database that there is; the services may go on meanwhile.
    ///
    /// - Throws: when one cannot be copied; the others are.
    func backUp(to folder: String) throws {
        var failures: [String] = []
        var count = 0
        for name in order where Database.exists("\(directory)/\(name).db") {
            do throws(DatabaseError) {
                try Database.backUp("\(directory)/\(name).db", to: "\(folder)/\(name).db")
                print("copied \(directory)/\(name).db")
                count += 1
            } catch {
                failures.append("\(name) is not backed up: \(error)")
            }
        }
        guard failures.isEmpty else { throw LaunchError(failures.joined(separator: "\n")) }
        guard count > 0 else { throw LaunchError("there are no databases in \(directory)") }
    }

    /// The copies are of different moments, so their order decides what may be missing where.
    ///
    /// - Orders come before inventory: what is ordered in between has left the store and was not ordered, which is a loss;
    ///   the other way round it would be sold twice.
    /// - Those that are told of events come after who tells: what is delivered in between is undelivered in the older copy of
    ///   its sender, and is sent again, where it counts once.
    /// - `auth` comes last: nobody has anything who is not there.
    private var order: [String] {
        let last = [
            OrdersHandler.name, InventoryHandler.name, ProfileHandler.name, ProductsHandler.name, AuthHandler.name,
        ]
        return ShopCommand.handlers.map { $0.name }.filter { !last.contains($0) } + last
    }

    /// Replaces the databases of which there are copies, after all of them were checked and are held.
    func restore(from folder: String) throws {
        let names = ShopCommand.handlers.map { $0.name }.filter { Database.exists("\(folder)/\($0).db") }
        guard !names.isEmpty else { throw LaunchError("there are no copies in \(folder)") }
        try restore(names[...], from: folder)
        if names.contains(AuthHandler.name) {
            // Somebody who registered after the copy was made may have left things with other services, and still have a
            // token: nobody else may get their number.
            try ServiceHost.change(AuthHandler.self, database: "\(directory)/\(AuthHandler.name).db") { database in
                try await database.write { context in
                    _ = try context.run(
                        "UPDATE sqlite_sequence SET seq = seq + 1000000 WHERE name = 'users'")
                }
            }
        }
    }

    /// Takes one database after the other, and replaces them when the last is taken: a service that runs, or a copy that
    /// is damaged, stops all of it before anything has changed.
    private func restore(_ names: ArraySlice<String>, from folder: String) throws {
        guard let name = names.first else { return }
        let (database, copy) = ("\(directory)/\(name).db", "\(folder)/\(name).db")
        let restoration = try Database.Restoration(of: database, from: copy)
        try restore(names.dropFirst(), from: folder)
        try restoration.run()
        print("restored \(database)")
    }
}
