import Foundation

/// A connection on which a test says exactly which bytes it sends, and when.
///
/// TLS is spoken by `openssl s_client`, a client that owes nothing to the gateway.
final class Wire {
    private let descriptor: Int32
    private let client: ChildProcess?
    private var unread = Data()
    private(set) var isAtEnd = false

    /// Without TLS.
    init(port: Int) throws {
        descriptor = try Sockets.connect(port: port)
        client = nil
    }

    /// With TLS.
    init(tlsPort port: Int, authority: URL, options: [String] = []) throws {
        let ends = try Sockets.pair()
        defer { close(ends.child) }
        descriptor = ends.own
        client = try ChildProcess(
            Places.openssl,
            [
                "s_client", "-quiet", "-verify_quiet", "-verify_return_error", "-connect", "127.0.0.1:\(port)",
                "-servername", "localhost", "-CAfile", authority.path,
            ] + options,
            input: ends.child, output: ends.child)
    }

    deinit {
        close(descriptor)
        client?.end()
    }

    /// Sends all of the bytes; false when the other side no longer takes them.
    @discardableResult
    func send(_ data: Data, seconds: Double = 20) -> Bool {
        var rest = data[...]
        while !rest.isEmpty {
            var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&event, 1, Int32(seconds * 1000)) == 1 else { return false }
            let sent = rest.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor, bytes.baseAddress, bytes.count,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if sent > 0 { rest = rest.dropFirst(sent) } else if errno != EAGAIN, errno != EINTR { return false }
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Data(text.utf8))
    }

    /// Says that no more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads what there is, waiting for it; false at the end of the connection or at the deadline.
    private func readMore(by deadline: ContinuousClock.Instant) -> Bool {
        let left = deadline - .now
        let milliseconds = max(0, left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000)
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard !isAtEnd, poll(&event, 1, Int32(milliseconds)) == 1 else { return false }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count <= 0 {
            isAtEnd = true
            return false
        }
        unread.append(contentsOf: bytes[..<count])
        return true
    }

    /// Takes the bytes up to and including `mark`.
    func read(through mark: String, seconds: Double = 15) throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if let found = unread.firstRange(of: Data(mark.utf8)) {
                let taken = unread[..<found.upperBound]
                unread = Data(unread[found.upperBound...])
                return String(decoding: taken, as: UTF8.self)
            }
            guard readMore(by: deadline) else { throw incomplete("\(mark.debugDescription)") }
        }
    }

    /// Takes this many bytes.
    func read(count: Int, seconds: Double = 15) throws -> Data {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while unread.count < count {
            guard readMore(by: deadline) else { throw incomplete("\(count) bytes") }
        }
        let taken = unread.prefix(count)
        unread = Data(unread.dropFirst(count))
        return Data(taken)
    }

    /// Takes everything until the other side closes.
    func readToEnd(seconds: Double = 15) throws -> Data {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while readMore(by: deadline) {}
        guard isAtEnd else { throw HarnessError("the connection stays open after \(unread.count) bytes") }
        defer { unread = Data() }
        return unread
    }

    /// Whether the other side closes, in time, without another byte.
    func closes(within seconds: Double = 15) -> Bool {
        (try? readToEnd(seconds: seconds))?.isEmpty ?? false
    }

    private func incomplete(_ wanted: String) -> HarnessError {
        let end = isAtEnd ? "the connection ended" : "no more came"
        return HarnessError(
            "\(end) while waiting for \(wanted); unread: \(String(decoding: unread.prefix(400), as: UTF8.self))")
    }
}

extension Wire {
    /// Reads one answer, framed as RFC 9112 section 6.3 says.
    ///
    /// - Parameter isHead: whether it answers a HEAD request, and so has no body.
    func readAnswer(toHead isHead: Bool = false, seconds: Double = 15) throws -> Answer {
        let head = try read(through: "\r\n\r\n", seconds: seconds)
        var answer = try Answer(head: String(head.dropLast(1)))
        if isHead || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if answer["Transfer-Encoding"]?.lowercased() == "chunked" {
            while true {
                let line = try read(through: "\r\n", seconds: seconds)
                let digits = line.prefix { $0.isHexDigit }
                guard let size = Int(digits, radix: 16) else { throw HarnessError("bad chunk size: \(line)") }
                if size == 0 { break }
                answer.body += try read(count: size, seconds: seconds)
                guard try read(count: 2, seconds: seconds) == Data("\r\n".utf8) else { throw HarnessError("bad chunk") }
            }
            while case let line = try read(through: "\r\n", seconds: seconds), line != "\r\n" {
                answer.trailers += Answer.fields(in: [line.dropLast(1)])
            }
        } else if let length = answer["Content-Length"].flatMap(Int.init) {
            answer.body = try read(count: length, seconds: seconds)
        } else {
            answer.body = try readToEnd(seconds: seconds)
        }
        return answer
    }

    /// Sends a request and reads the answer to it.
    func exchange(_ request: String, toHead: Bool = false) throws -> Answer {
        send(request)
        return try readAnswer(toHead: toHead)
    }
}
