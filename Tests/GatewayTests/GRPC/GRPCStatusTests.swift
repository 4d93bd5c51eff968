import Bytes
import HTTP
import JWT
import Testing

@testable import Gateway

struct GRPCStatusTests {
    @Test(arguments: [
        (400, GRPCStatus.internalError), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented),
        (429, .unavailable), (502, .unavailable), (503, .unavailable), (504, .unavailable), (500, .unknown),
        (200, .unknown), (302, .unknown),
    ])
    func `statuses of HTTP map as gRPC's own table says`(http: Int, status: GRPCStatus) {
        #expect(GRPCStatus(httpStatus: http) == status)
    }

    @Test(arguments: [
        (Failure.tokenMissing, GRPCStatus.unauthenticated), (.tokenInvalid(.expired), .unauthenticated),
        (.scopeInsufficient, .permissionDenied), (.routeNotFound, .unimplemented),
        (.methodNotAllowed(MethodSet()), .unimplemented), (.rateLimited(retryAfter: 1), .unavailable),
        (.breakerOpen(retryAfter: 1), .unavailable), (.noHealthyEndpoint, .unavailable), (.connectFailed, .unavailable),
        (.connectTimeout, .unavailable), (.upstreamReset, .unavailable), (.upstreamTimeout, .deadlineExceeded),
        (.deadlineExceeded, .deadlineExceeded), (.bodyTimeout, .deadlineExceeded), (.bodyTooLarge, .resourceExhausted),
        (.clientGone, .cancelled), (.clientStalled, .cancelled),
        (.malformed(.badMethod), .internalError), (.loop, .unknown),
    ])
    func `every failure has a status that callers understand`(failure: Failure, status: GRPCStatus) {
        #expect(GRPCStatus(failure) == status)
    }

    @Test(arguments: [("0", GRPCStatus.ok), ("14", .unavailable), ("16", .unauthenticated), ("17", .unknown)])
    func `a status is read`(text: String, status: GRPCStatus) {
        #expect(GRPCStatus(Array(text.utf8).span) == status)
    }

    @Test(arguments: ["", "-1", "1a", "100", " 1", "999999999999"])
    func `what is no number is no status`(text: String) {
        #expect(GRPCStatus(Array(text.utf8).span) == nil)
    }

    @Test(arguments: [
        ("plain text, 1~2", "plain text, 1~2"), ("100%", "100%25"), ("a\nb\u{7f}", "a%0Ab%7F"),
        ("caf\u{e9} \u{2603}", "caf%C3%A9 %E2%98%83"),
    ])
    func `messages are percent-encoded`(text: String, encoded: String) {
        var fields = FieldBlock()
        var scratch = ByteBuffer()
        GRPCStatus.dataLoss.write(message: Array(text.utf8).span, to: &fields, scratch: &scratch)
        #expect(fields.name(at: 0).text == "grpc-status")
        #expect(fields.value(at: 0).text == "15")
        #expect(fields.name(at: 1).text == "grpc-message")
        #expect(fields.value(at: 1).text == encoded)
        let read = GRPCStatus(in: fields)
        #expect(read == .dataLoss)
    }
}
