import SQLite
import ServiceKit

/// Short notes of signed-in users.
struct NotesHandler: ServiceHandler {
    static let name = "notes"
    static let migrations = [
        Migration(
            "notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, text TEXT NOT NULL) STRICT")
    ]
    private let database: Database

    init(_ context: HandlerContext) { database = context.database }

    func seed() async throws {}

    func addRoutes(to routes: inout Routes) {
        routes.post("/notes", "Writes a note", body: Draft.self) { call in
            let (text, owner) = (call.body.text, try call.caller().subject)
            let id = try await database.write {
                try $0.insert("INSERT INTO notes (owner, text) VALUES (?, ?)", .text(owner), .text(text))
            }
            return .created(Note(id: id, text: text), at: "/notes/\(id)")
        }
        routes.get("/notes/{id:int}", "Shows a note") { call in
            let (id, owner) = (call.parameters.integer("id"), try call.caller().subject)
            let text = try await database.read { context in
                try context.first("SELECT text FROM notes WHERE id = ? AND owner = ?", .integer(id), .text(owner)) {
                    $0.text(0)
                }
            }
            guard let text else { throw Problem.notFound("There is no note \(id).") }
            return .ok(Note(id: id, text: text))
        }
    }
}

private struct Draft: Input {
    let text: String
    init(_ form: inout Form) { text = form.text("text", 1...500) }
}

private struct Note: Resource {
    let id: Int64, text: String
    static let shape = Shape<Note>("Note", [.integer("id") { $0.id }, .text("text") { $0.text }])
}
