import Bytes
import HTTP
import Testing

@testable import Gateway

struct GRPCCallTests {
    @Test(arguments: [
        "application/grpc", "Application/GRPC", "application/grpc+proto", "application/grpc+json",
        "application/grpc;charset=utf-8", "application/grpc ; a=b",
    ])
    func `a call is told by its content type`(type: String) {
        #expect(isCall(type))
    }

    @Test(arguments: [
        "", "application/grpc-web", "application/grpc-web+proto", "application/grpcx", "application/grp",
        "text/application/grpc", "application/json",
    ])
    func `what only looks like one is none`(type: String) {
        #expect(!isCall(type))
    }

    @Test func `a request without a content type is none`() {
        let isCall = GRPCCall.isCall(FieldBlock())
        #expect(!isCall)
    }

    @Test(
        arguments: [
            ("250m", 1_250_000_000), ("0S", 1_000_000_000), ("99999999H", .max), ("nonsense", .max), (nil, .max),
        ] as [(String?, UInt64)])
    func `the deadline counts from the request's start`(timeout: String?, deadline: UInt64) {
        let fields = fields(timeout)
        let call = GRPCCall(fields, at: start)
        #expect(call?.deadline == Instant(nanoseconds: deadline))
    }

    @Test(arguments: [("1S", "900000u"), ("100m", "1n"), ("nonsense", nil), (nil, nil)] as [(String?, String?)])
    func `the service is told how much time is left`(timeout: String?, left: String?) throws {
        var fields = fields(timeout)
        var scratch = ByteBuffer()
        let known = GRPCCall(fields, at: start)
        let call = try #require(known)
        call.prepare(&fields, isHTTP2: true, at: start + 100_000_000, scratch: &scratch)
        call.prepare(&fields, isHTTP2: true, at: start + 100_000_000, scratch: &scratch)
        let told = fields.firstIndex(named: Array("grpc-timeout".utf8).span).map { fields.value(at: $0).text }
        #expect(told == left)
        let (trailers, count) = (fields.value(of: .te).text, fields.occurrences(of: .te))
        #expect(trailers == "trailers")
        #expect(count == 1)
        call.prepare(&fields, isHTTP2: false, at: start, scratch: &scratch)
        let isLeft = fields.contains(.te)
        #expect(!isLeft)
    }

    private let start = Instant(nanoseconds: 1_000_000_000)

    private func fields(_ timeout: String?) -> FieldBlock {
        var fields = FieldBlock()
        fields.append(.contentType, value: "application/grpc")
        if let timeout { fields.append(name: Array("grpc-timeout".utf8).span, value: Array(timeout.utf8).span) }
        return fields
    }

    private func isCall(_ type: String) -> Bool {
        var fields = FieldBlock()
        fields.append(.contentType, value: Array(type.utf8).span)
        return GRPCCall.isCall(fields)
    }
}
