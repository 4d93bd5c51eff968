internal import Bytes
internal import HTTP
internal import Transport

/// `/openapi.json` of the public address, where no route has taken that path.
struct OpenAPISite {
    let worker: Worker

    /// Whether a request is for the document.
    static func isAskedFor(_ head: borrowing RequestHead) -> Bool {
        head.path.equals("/openapi.json") && (head.method == .get || head.method == .head)
    }

    /// Answers with the document of the whole API, if there is one.
    func answer(_ exchange: Exchange) async throws(Failure) {
        guard worker.snapshot.configuration.openAPI != nil else { throw .routeNotFound }
        guard let edition = await worker.core.openAPI.edition(for: worker) else { throw .noHealthyEndpoint }
        exchange.response.fields.append(.etag, value: edition.tag.span)
        // It may be kept, but has to be asked for: which routes there are changes at any time.
        exchange.response.fields.append(.cacheControl, value: "no-cache")
        let isKnown = knows(exchange.request.fields, edition.tag)
        exchange.response.status = isKnown ? 304 : 200
        if !isKnown { exchange.response.fields.append(.contentType, value: "application/json") }
        ResponseWriter.addCommon(exchange, worker: worker)
        try await ResponseWriter.send(isKnown ? [] : edition.body, to: exchange)
    }

    /// Whether the client has this edition already (RFC 9110, section 13.1.2). A tag ends in quotes, so that none is part of
    /// another.
    private func knows(_ fields: borrowing FieldBlock, _ tag: [UInt8]) -> Bool {
        guard let index = fields.firstIndex(of: .ifNoneMatch) else { return false }
        let value = fields.value(at: index).array
        return value == [UInt8(ascii: "*")] || value.firstRange(of: tag) != nil
    }
}
