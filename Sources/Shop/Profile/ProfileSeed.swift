import SQLite
import ServiceKit

/// Profiles to try things with, of alice and bob, the first users of `auth`.
enum ProfileSeed {
    private static let people = [
        (
            user: "1", name: "Alice Example", email: "alice@example.com", phone: "+1 555 0100",
            address: Address.Text(
                label: "Home", recipient: "Alice Example", line1: "1 Main Street", city: "Springfield", region: "IL",
                postalCode: "62701", country: "US"),
            lastFour: "4242"
        ),
        (
            user: "2", name: "Bob Example", email: "bob@example.com", phone: "+49 30 555 0101",
            address: Address.Text(
                label: "Home", recipient: "Bob Example", line1: "Hauptstraße 2", city: "Berlin", postalCode: "10115",
                country: "DE"),
            lastFour: "1881"
        ),
    ]

    /// Adds them if there never was an address.
    static func fill(_ database: Database, at now: Int64) async throws {
        try await database.write { context in
            guard try !context.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'addresses'") else { return }
            for person in people {
                try ProfileStore.makeIfMissing(
                    person.user, name: person.name, email: person.email, phone: person.phone, at: now, in: context)
                let id = try AddressStore.insert(person.address, owner: person.user, at: now, in: context)
                try AddressStore.makeDefault(id, owner: person.user, in: context)
                _ = try PaymentMethodStore.insert(
                    PaymentMethod.Draft(token: "tok_visa", brand: "Visa", lastFour: person.lastFour, isDefault: true),
                    owner: person.user, at: now, in: context)
            }
        }
    }
}
