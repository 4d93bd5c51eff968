import Glibc
import Reactor
import TLS

@testable import Transport

/// A channel and its peer at the ends of a socket pair whose buffers are small.
struct ChannelPair {
    let near: ByteChannel
    let far: Peer

    static func open(on loop: EventLoop, isSecure: Bool = false) async throws -> ChannelPair {
        var ends: [CInt] = [0, 0]
        precondition(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        var size: CInt = 8 * 1024
        for end in ends { setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size)) }
        let near = try loop.watch(Descriptor(owning: ends[0]))
        let far = try loop.watch(Descriptor(owning: ends[1]))
        guard isSecure else { return ChannelPair(near: ByteChannel(plain: near), far: Peer(ByteChannel(plain: far))) }
        let server = try TLSSession(server: TestCertificate.server(), descriptor: ends[0])
        let client = try TLSSession(client: TestCertificate.client, hostname: "localhost", descriptor: ends[1])
        let pair = ChannelPair(near: ByteChannel(near, tls: server), far: Peer(ByteChannel(far, tls: client)))
        nonisolated(unsafe) let channel = pair.near
        async let shaking: Void = channel.handshake(until: loop.patience)
        try await pair.far.channel.handshake(until: loop.patience)
        try await shaking
        return pair
    }
}
