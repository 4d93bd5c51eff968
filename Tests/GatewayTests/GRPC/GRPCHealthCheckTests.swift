import Testing

@testable import Gateway

struct GRPCHealthCheckTests {
    @Test func `the request names the service, or nothing for the server as a whole`() {
        #expect(GRPCHealthCheck.request(for: "") == [0, 0, 0, 0, 0])
        #expect(GRPCHealthCheck.request(for: "shop.A") == [0, 0, 0, 0, 8, 10, 6] + Array("shop.A".utf8))
        let long = String(repeating: "x", count: 300)
        #expect(GRPCHealthCheck.request(for: long) == [0, 0, 0, 1, 47, 10, 0xAC, 0x02] + Array(long.utf8))
    }

    @Test(
        arguments: [
            [8, 1],
            // A server of tomorrow says more, before and after; of two statuses the last one holds.
            [18, 2, 0x61, 0x62, 8, 1], [8, 1, 24, 0x80, 1], [37, 1, 2, 3, 4, 8, 1], [41, 1, 2, 3, 4, 5, 6, 7, 8, 8, 1],
            [8, 2, 8, 1], [8, 0x81, 0],
        ] as [[UInt8]])
    func `a server that serves passes`(message: [UInt8]) {
        #expect(isServing(framed(message)))
    }

    @Test(
        arguments: [
            // UNKNOWN, which is left out; NOT_SERVING; SERVICE_UNKNOWN.
            [], [8, 0], [8, 2], [8, 3], [8, 0x81, 1],
            // Cut off, too long, or of a kind that is none.
            [8], [8, 0x81], [18, 5, 1], [37, 1], [41, 1], [11, 8, 1], [15],
            [8, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
            [18, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 8, 1],
        ] as [[UInt8]])
    func `any other answer fails`(message: [UInt8]) {
        #expect(!isServing(framed(message)))
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 0], [1, 0, 0, 0, 2, 8, 1], [0, 0, 0, 0, 3, 8, 1], [0, 0, 0, 0, 1, 8, 1],
            [0, 0xFF, 0xFF, 0xFF, 0xFF, 8, 1], [0, 0, 0, 0, 2, 8, 1, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func `what is not exactly one message fails`(body: [UInt8]) {
        #expect(!isServing(body))
    }

    private func framed(_ message: [UInt8]) -> [UInt8] { [0, 0, 0, 0, UInt8(message.count)] + message }

    private func isServing(_ body: [UInt8]) -> Bool { GRPCHealthCheck.isServing(body.span) }
}
