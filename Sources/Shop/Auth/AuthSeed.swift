/// Accounts to try things with.
enum AuthSeed {
    static let accounts = [
        Registration(username: "alice", email: "alice@example.com", password: "password123"),
        Registration(username: "bob", email: "bob@example.com", password: "password123"),
    ]
}
