import Foundation

/// What clients that never rest have seen, see `Support/load.py`.
struct Load: Sendable, CustomStringConvertible {
    /// Whole answers by status.
    let statuses: [Int: Int]
    /// Refusals of the gateway itself by reason.
    let reasons: [String: Int]
    /// Requests that were sent and got no whole answer, and why.
    let lost: [String]
    /// Seconds that the slowest answer took.
    let slowest: Double
    let description: String

    var answers: Int { statuses.values.reduce(0, +) }

    init(_ text: String) throws {
        let json = JSON(text)
        guard json["statuses"].exists else { throw HarnessError("no load: \(text)") }
        var statuses: [Int: Int] = [:]
        for key in json["statuses"].keys { statuses[Int(key) ?? 0] = json["statuses"][key].int }
        var reasons: [String: Int] = [:]
        for key in json["reasons"].keys { reasons[key] = json["reasons"][key].int }
        self.statuses = statuses
        self.reasons = reasons
        lost = json["lost"].array.compactMap(\.string)
        slowest = json["slowest"].double ?? 0
        description = text
    }
}

extension GatewayProcess {
    /// Starts clients that send one request after the other.
    ///
    /// - Parameter options: those of `Support/load.py`.
    func load(_ target: String, connections: Int, _ options: String...) -> Background<Load> {
        load("load.py", python: Places.python, target, connections: connections, options)
    }

    /// Starts clients that keep as many streams of HTTP/2 busy on each connection.
    ///
    /// - Parameter options: those of `Support/load_http2.py`.
    func load(_ target: String, connections: Int, streams: Int, _ options: String...) -> Background<Load> {
        load(
            "load_http2.py", python: Places.venvPython ?? Places.python, target, connections: connections,
            ["--streams", "\(streams)"] + options)
    }

    private func load(
        _ script: String, python: String, _ target: String, connections: Int, _ options: [String]
    ) -> Background<Load> {
        let arguments =
            [Places.support.appending(path: script).path, "--port", "\(ports.https)", "--ca", authority.path]
            + ["--target", target, "--connections", "\(connections)"] + options
        return Background {
            let command = try Command.run(python, arguments, seconds: 120)
            guard command.status == 0 else { throw HarnessError("load: \(command.ending) \(command.errors)") }
            return try Load(command.text)
        }
    }
}
