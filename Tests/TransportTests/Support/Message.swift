/// A message as the test's own reader of HTTP/1.1 sees it.
struct Message {
    var startLine = ""
    var fields: [String: String] = [:]
    var body: [UInt8] = []
    var trailers: [String: String] = [:]

    var status: Int { Int(startLine.split(separator: " ")[1])! }
    var text: String { String(decoding: body, as: UTF8.self) }

    init(head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        startLine = String(lines.first ?? "")
        fields = Self.fields(lines.dropFirst())
    }

    static func fields(_ lines: some Sequence<Substring>) -> [String: String] {
        var fields: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            let name = parts[0].lowercased()
            let value = String(parts[1].drop { $0 == " " })
            fields[name] = fields[name].map { $0 + ", " + value } ?? value
        }
        return fields
    }
}

extension Peer {
    /// Reads one message. A response to HEAD has no body, whatever its fields say.
    func message(isBodiless: Bool = false) async throws -> Message {
        var message = Message(head: try await text(through: "\r\n\r\n"))
        if isBodiless { return message }
        if message.fields["transfer-encoding"] == "chunked" {
            while true {
                let line = try await text(through: "\r\n")
                guard let size = Int(line.dropLast(1), radix: 16) else { throw TestFailure.unexpected("size \(line)") }
                if size == 0 { break }
                message.body += try await bytes(size)
                guard try await text(through: "\r\n") == "\r\n" else { throw TestFailure.unexpected("chunk end") }
            }
            var lines: [Substring] = []
            while true {
                let line = try await text(through: "\r\n")
                if line == "\r\n" { break }
                lines.append(Substring(line.dropLast(1)))
            }
            message.trailers = Message.fields(lines)
        } else if let length = message.fields["content-length"] {
            message.body = try await bytes(Int(length)!)
        } else if message.startLine.hasPrefix("HTTP/"), message.status >= 200, message.status != 204,
            message.status != 304
        {
            message.body = try await rest()
        }
        return message
    }

    /// Sends a request and reads the response.
    func ask(_ request: String, isBodiless: Bool = false) async throws -> Message {
        try await send(request)
        return try await message(isBodiless: isBodiless)
    }
}
