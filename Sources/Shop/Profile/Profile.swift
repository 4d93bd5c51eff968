import SQLite
import ServiceKit

/// What a user says of themselves.
struct Profile: Hashable, Sendable {
    /// The user's subject.
    let user: String
    let name: String
    let email: String?
    let phone: String
    /// Seconds since 1970, as the other one.
    let created: Int64
    let updated: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "user, name, email, phone, created, updated"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        user = row.text(0)
        name = row.text(1)
        email = row.optionalText(2)
        phone = row.text(3)
        created = row.integer(4)
        updated = row.integer(5)
    }
}

extension Profile: Resource {
    static let shape = Shape<Profile>(
        "Profile",
        [
            .text("user_id") { $0.user }, .text("name") { $0.name }, .optionalText("email") { $0.email },
            .text("phone") { $0.phone }, .time("created_at") { $0.created }, .time("updated_at") { $0.updated },
        ])
}

/// What is to be changed of a profile; nil stays as it is.
struct ProfileChange: Input {
    let name: String?
    let email: String?
    let phone: String?

    init(_ form: inout Form) {
        form.refuseCardNumbers()
        name = form.optionalText("name", 0...200)
        email = form.optionalEmailAddress("email")
        phone = form.optionalText("phone", 0...40)
        form.requireAny(of: ["name", "email", "phone"])
    }
}

extension Form {
    /// Refuses what looks like the number of a payment card in any field, save telephone numbers.
    mutating func refuseCardNumbers() {
        refuse(CardNumber.refusal) { CardNumber.isLike($0) && !TelephoneNumber.isInternational($0) }
    }
}
