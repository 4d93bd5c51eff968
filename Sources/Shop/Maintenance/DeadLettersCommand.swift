import ServiceKit
import Telemetry

/// `shop dead-letters`: shows what was given up, and sends it again.
enum DeadLettersCommand {
    /// - Parameters:
    ///   - path: the database of the service that published them.
    ///   - retrying: the event that is sent again; nil to list all.
    static func run(_ path: String, retrying id: String?) throws {
        try ServiceHost.work(on: path) { database in
            let letters = DeadLetters(database)
            guard let id else {
                for letter in try await letters.all() { print(line(of: letter)) }
                return
            }
            guard try await letters.retry(id) > 0 else { throw LaunchError("\(id) is no dead letter") }
            print("\(id) will be sent again")
        }
    }

    private static func line(of letter: DeadLetters.Letter) -> String {
        let time = WallClock.timestamp(unixMilliseconds: letter.died)
        let count = "after \(letter.attempts) attempts"
        return "\(letter.id)  \(time)  \(letter.kind) \(letter.key) to \(letter.subscriber) \(count): \(letter.reason)"
    }
}
