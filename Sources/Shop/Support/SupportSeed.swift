/// Tickets to try things with. The users are the first of `auth`: alice and bob.
enum SupportSeed {
    static let tickets: [(draft: TicketDraft, user: String, answer: String?)] = [
        (
            TicketDraft(subject: "Where is my order?", message: "I ordered a lamp a week ago."), "1",
            "It left our house yesterday."
        ),
        (TicketDraft(subject: "The mug is broken", message: "It came in two pieces."), "2", nil),
    ]
}
