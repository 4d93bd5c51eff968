import Testing

@testable import Gateway

struct GRPCMessageMeterTests {
    private static func message(_ length: Int) -> [UInt8] {
        [0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + [UInt8](repeating: 0xFF, count: length)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 1000])
    func `a stream of messages passes however long it is and however it is cut`(piece: Int) {
        let body = Array([0, 10, 1, 10, 0, 7].map(Self.message).joined())
        var meter = GRPCMessageMeter(limit: 10)
        for _ in 0..<100 {
            for start in stride(from: 0, to: body.count, by: piece) {
                let passes = meter.pass(body[start..<min(start + piece, body.count)].span)
                #expect(passes)
            }
        }
    }

    @Test(arguments: [1, 3, 1000])
    func `a message beyond the limit is told by its prefix`(piece: Int) {
        let body = Self.message(10) + [1, 0, 0, 0, 11]
        var meter = GRPCMessageMeter(limit: 10)
        var passed = 0
        for start in stride(from: 0, to: body.count, by: piece) {
            if meter.pass(body[start..<min(start + piece, body.count)].span) { passed += 1 }
        }
        #expect(passed == (body.count + piece - 1) / piece - 1)
    }

    @Test func `the longest length that can be said does not overflow`() {
        var meter = GRPCMessageMeter(limit: .max)
        let body: [UInt8] = [0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]
        let passes = meter.pass(body.span)
        #expect(passes)
    }
}
