import ServiceKit

/// A ticket that is to be opened, with the first thing that is said about it.
struct TicketDraft: Hashable, Input {
    let subject: String
    let message: String?

    init(subject: String, message: String?) {
        self.subject = subject
        self.message = message
    }

    init(_ form: inout Form) {
        subject = form.text("subject", 1...200)
        message = form.optionalText("message", 1...MessageDraft.longest)
    }
}

/// A message that is to be added. Its text is `body`, or `message` as in the request that opens a ticket.
struct MessageDraft: Hashable, Input {
    static let longest = 5000

    let body: String

    init(_ form: inout Form) {
        let body = form.optionalText("body", 1...Self.longest)
        let message = form.optionalText("message", 1...Self.longest)
        form.requireAny(of: ["body", "message"])
        self.body = body ?? message ?? ""
    }
}

/// Which tickets are listed: the newest first.
struct TicketQuery: Input {
    static let order = "tickets"

    let status: Ticket.Status?
    let page: Page

    init(_ form: inout Form) {
        status = form.optionalChoice("status", Ticket.Status.self)
        page = Page(&form, order: Self.order)
    }
}

/// Which messages are listed: the oldest first.
struct MessageQuery: Input {
    static let order = "messages"

    let page: Page

    init(_ form: inout Form) { page = Page(&form, order: Self.order) }
}
