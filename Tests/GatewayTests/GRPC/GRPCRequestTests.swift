import HTTP
import Testing

@testable import Gateway

struct GRPCRequestTests {
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
        let isCall = GRPCRequest.isCall(FieldBlock())
        #expect(!isCall)
    }

    private func isCall(_ type: String) -> Bool {
        var fields = FieldBlock()
        fields.append(.contentType, value: Array(type.utf8).span)
        return GRPCRequest.isCall(fields)
    }
}
