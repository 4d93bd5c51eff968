import Bytes
import Gateway
import HTTP
import Reactor

/// Why there is no answer from the admin address.
enum AdminError: Error, Equatable {
    /// Nothing listens there.
    case unreachable(String)
    /// The connection broke off.
    case broken(String)
    /// The answer has not come in time.
    case timedOut
    /// What came is not HTTP.
    case malformed
}

/// What the admin address answered.
struct AdminAnswer: Equatable {
    let status: Int
    let body: [UInt8]
}

/// Sends one request to the admin address of a running gateway, and waits for the answer.
struct AdminClient {
    let address: ListenAddress
    /// For the whole of it, in milliseconds.
    let patience: Int64

    private static let largestAnswer = 4 << 20

    /// Sends `POST` without a body.
    func post(_ target: String) throws(AdminError) -> AdminAnswer {
        let deadline = Syscalls.monotonicMilliseconds() + patience
        let socket = try connect(until: deadline)
        let request = "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        try socket.send(Array(request.utf8), until: deadline)
        var received: [UInt8] = []
        while try socket.receive(into: &received, until: deadline) {
            guard received.count <= Self.largestAnswer else { throw .malformed }
        }
        return try Self.parse(received)
    }

    /// Takes apart an answer whose end is that of the connection.
    static func parse(_ bytes: [UInt8]) throws(AdminError) -> AdminAnswer {
        var parser = ResponseParser()
        var head = ResponseHead()
        guard let length = try? parser.parse(bytes.span, into: &head) else { throw .malformed }
        return AdminAnswer(status: head.status, body: Array(bytes[length...]))
    }

    private func connect(until deadline: Int64) throws(AdminError) -> BlockingSocket {
        switch address {
        case .unix(let path): return try BlockingSocket(connectingTo: .unix(path: path), until: deadline)
        case .tcp(let host, let port):
            let addresses: [SocketAddress]
            do {
                // An address that takes every interface takes this machine's own.
                addresses = try Resolver.resolveBlocking(Self.reachable(host), port: port)
            } catch {
                throw .unreachable(error.description)
            }
            var failure = AdminError.unreachable("no address")
            for address in addresses {
                do { return try BlockingSocket(connectingTo: address, until: deadline) } catch { failure = error }
            }
            throw failure
        }
    }

    private static func reachable(_ host: String?) -> String {
        switch host {
        case nil, "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        case .some(let host): host
        }
    }
}
