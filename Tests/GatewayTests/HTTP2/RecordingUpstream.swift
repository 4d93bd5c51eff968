@testable import Gateway

/// A service of HTTP/1.1 that remembers what it was asked.
final class RecordingUpstream: @unchecked Sendable {
    static let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

    /// The request lines that came.
    private(set) var requests: [String] = []
    /// The bodies of those whose end came, in the order of their ends.
    private(set) var bodies: [String] = []
    /// Connections that ended within a request, or before it was answered.
    private(set) var abandoned = 0
    private let answer: String?

    /// - Parameter answer: what every request is answered with; nil for nothing, ever.
    init(answer: String? = RecordingUpstream.ok) {
        self.answer = answer
    }

    /// What it does with each connection.
    var script: ScriptedUpstream.Script {
        { [self] peer, _ in
            while let head = try? await peer.head() {
                requests.append(head.start)
                do {
                    try await finish(head, peer)
                } catch {
                    abandoned += 1
                    throw error
                }
            }
        }
    }

    private func finish(_ head: Message, _ peer: RawPeer) async throws {
        var body = ""
        if let length = head["content-length"].flatMap({ Int($0) }) {
            body = try await peer.bytes(length)
        } else if head["transfer-encoding"] != nil {
            body = try await peer.text(through: "0\r\n\r\n")
        }
        bodies.append(body)
        guard let answer else {
            _ = try await peer.bytes(1)
            return
        }
        try await peer.send(answer)
    }
}
