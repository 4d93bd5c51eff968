import SQLite
import ServiceKit

/// Short notes of signed-in users: the example of docs/handlers.md, word for word.
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
        routes.post("/notes") { request in
            var form = try request.form()
            let text = form.text("text", 1...500)
            try form.check()
            let owner = try request.caller().subject
            let id = try await database.write {
                try $0.insert("INSERT INTO notes (owner, text) VALUES (?, ?)", .text(owner), .text(text))
            }
            return .created(["id": .integer(id), "text": .string(text)], at: "/notes/\(id)")
        }
        routes.get("/notes/{id:int}") { request in
            let (id, owner) = (request.parameters.integer("id"), try request.caller().subject)
            let text = try await database.read { context in
                try context.first("SELECT text FROM notes WHERE id = ? AND owner = ?", .integer(id), .text(owner)) {
                    $0.text(0)
                }
            }
            guard let text else { throw Problem.notFound("There is no note \(id).") }
            return .json(["id": .integer(id), "text": .string(text)])
        }
    }
}
