/// Customers to try things with: one of alice and one of bob, the first users of `auth`.
enum CustomerSeed {
    static let customers = [
        (draft: CustomerDraft(name: "Carol Customer", email: "carol@example.com"), owner: "1"),
        (draft: CustomerDraft(name: "Dave Customer", email: "dave@example.com"), owner: "2"),
    ]
}
