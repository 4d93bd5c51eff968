import SQLite
import ServiceKit

/// A machine outside that has a secret of its own.
struct ServiceAccount: Hashable, Sendable {
    let id: Int64
    let name: String
    /// What it may do, as words.
    let scope: String
    /// Seconds since 1970.
    let created: Int64

    /// The columns that ``init(_:)`` reads.
    static let columns: SQL = "id, name, scope, created"

    /// Reads a row of ``columns``.
    init(_ row: borrowing Row) {
        id = row.integer(0)
        name = row.text(1)
        scope = row.text(2)
        created = row.integer(3)
    }

    /// Whom its tokens stand for. Services inside are `service:NAME`, which no account can be.
    var subject: String { "account:" + name }
    /// What its tokens end with.
    var session: String { "account:\(id)" }

    /// One that is to be made.
    struct Draft: Input {
        let name: String
        let scope: String

        init(_ form: inout Form) {
            name = form.serviceName("service_name")
            scope = form.text("scope", 1...1000)
            let words = scope.split(separator: " ")
            // A token without scopes is not limited by them, so there must be one.
            if form.has("scope"), words.isEmpty || !words.allSatisfy({ $0.unicodeScalars.allSatisfy(Self.isScope) }) {
                form.refuse("scope", "must be words such as products:read, with spaces between")
            }
        }

        /// RFC 6749 section 3.3.
        private static func isScope(_ scalar: Unicode.Scalar) -> Bool {
            (0x21...0x7e).contains(scalar.value) && scalar != "\"" && scalar != "\\"
        }
    }

    /// What a service shows to get a token.
    struct Credentials: Input {
        let name: String
        let secret: String?

        init(_ form: inout Form) {
            name = form.serviceName("service_name")
            secret = form.optionalExactText("service_secret")
        }
    }

    /// An account with its secret, which is shown this once.
    struct Created: Resource {
        let account: ServiceAccount
        let secret: String

        static let shape = Shape<Created>(
            "CreatedServiceAccount",
            [
                .integer("id") { $0.account.id }, .text("service_name") { $0.account.name },
                .text("scope") { $0.account.scope }, .time("created_at") { $0.account.created },
                .text("service_secret") { $0.secret },
            ])
    }
}

extension ServiceAccount: Resource {
    static let shape = Shape<ServiceAccount>(
        "ServiceAccount",
        [
            .integer("id") { $0.id }, .text("service_name") { $0.name }, .text("scope") { $0.scope },
            .time("created_at") { $0.created },
        ])
}

extension Form {
    /// The name of a service.
    fileprivate mutating func serviceName(_ field: String) -> String {
        let name = text(field, 1...64)
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if !isName { refuse(field, "must be made of letters, digits and . _ -") }
        return name
    }
}
