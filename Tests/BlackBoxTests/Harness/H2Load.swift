import Foundation

/// What h2load of nghttp2 counted.
struct H2Load: CustomStringConvertible {
    let succeeded: Int
    let failed: Int
    let errored: Int
    /// Answers with a 2xx status.
    let good: Int
    let description: String

    init(_ text: String) throws {
        guard
            let requests = text.firstMatch(of: /done, (\d+) succeeded, (\d+) failed, (\d+) errored/),
            let statuses = text.firstMatch(of: /status codes: (\d+) 2xx/)
        else { throw HarnessError("h2load: \(text)") }
        succeeded = Int(requests.1) ?? -1
        failed = Int(requests.2) ?? -1
        errored = Int(requests.3) ?? -1
        good = Int(statuses.1) ?? -1
        description = text
    }
}

extension GatewayProcess {
    /// Runs h2load with these options and waits for its end.
    func h2load(_ target: String, options: [String], seconds: Double = 120) throws -> H2Load {
        guard let program = Places.h2load else { throw HarnessError("h2load was out of reach") }
        let command = try Command.run(program, options + [url + target], seconds: seconds)
        guard command.status == 0 else { throw HarnessError("h2load: \(command.ending) \(command.allText)") }
        return try H2Load(command.text)
    }
}
