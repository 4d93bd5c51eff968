extension GRPCStatus {
    /// How a caller learns of a failure: as the failure's status of HTTP maps, but where gRPC can say more than that does.
    ///
    /// Refusals for asking too often are ``unavailable``, as the mapping has it and Envoy does, and come with the time
    /// after which to try again.
    init(_ failure: Failure) {
        self =
            switch failure {
            case .upstreamTimeout, .deadlineExceeded, .bodyTimeout: .deadlineExceeded
            case .bodyTooLarge: .resourceExhausted
            case .methodNotAllowed: .unimplemented
            case .clientGone, .clientStalled: .cancelled
            default: GRPCStatus(httpStatus: FailureResponse(failure).status)
            }
    }
}
