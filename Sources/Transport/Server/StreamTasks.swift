internal import Bytes
internal import Reactor

/// The tasks of one loop that serve streams, each one stream after the other: to start a task, and to let it find its
/// memory anew, costs as much as everything that HTTP/2 itself does for a small request.
final class StreamTasks {
    /// One task, and the stream that it serves.
    private final class Server {
        let waiter: Waiter
        var exchange: Exchange?
        var stream: H2Stream?

        init(loop: EventLoop) {
            waiter = Waiter(loop: loop)
        }
    }

    /// Tasks that are kept while they have nothing to do; others end.
    private static let limit = 256

    private let loop: EventLoop
    private let handle: (Exchange) async -> Void
    private var idle: [Server] = []

    init(loop: EventLoop, handle: @escaping (Exchange) async -> Void) {
        self.loop = loop
        self.handle = handle
    }

    /// Lets a task serve a stream.
    func serve(_ exchange: Exchange, over stream: H2Stream) {
        let isKnown = !idle.isEmpty
        let server = idle.popLast() ?? Server(loop: loop)
        server.exchange = exchange
        server.stream = stream
        if isKnown {
            server.waiter.becomeReadable()
        } else {
            loop.spawn(with: (self, server)) { tasks, server in await tasks.run(server) }
        }
    }

    private func run(_ server: Server) async {
        while let exchange = server.exchange, let stream = server.stream {
            do {
                // In a scope of its own: a task that has nothing to do keeps no connection.
                let connection = stream.downstream
                await handle(exchange)
                await connection.linger(exchange, stream)
                connection.finish(exchange, stream)
            }
            server.exchange = nil
            server.stream = nil
            guard idle.count < Self.limit else { return }
            server.waiter.isReadable = false
            idle.append(server)
            _ = await server.waiter.waitReadable(until: .never)
        }
    }
}
