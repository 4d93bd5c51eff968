import Bytes
import HTTP
import Telemetry
import Transport

/// The seam between bytes on a connection and the values that handlers see.
extension Exchange {
    /// Reads the whole request.
    ///
    /// - Throws: what refuses it, with its head or its body.
    func readRequest(bodyLimit: Int) async throws(Problem) -> ServiceRequest {
        switch refusal {
        case nil: break
        case .malformed(let error)?:
            throw Problem(error.status, "malformed-request", "Bad request", "The request is not valid HTTP.")
        case .timedOut?: throw Problem(408, "request-timeout", "Request timeout", "The request did not arrive in time.")
        case .unknownExpectation?:
            throw Problem(417, "expectation-failed", "Expectation failed", "The Expect field asks for what is unknown.")
        }
        let body = try await readBody(limit: bodyLimit)
        return request.serviceRequest(body: body)
    }

    /// The request as far as its head goes.
    func requestWithoutBody() -> ServiceRequest { request.serviceRequest(body: []) }

    private func readBody(limit: Int) async throws(Problem) -> [UInt8] {
        let tooLarge = Problem(413, "too-large", "Content too large", "The body has more than \(limit) bytes.")
        if case .length(let length) = requestFraming, length > UInt64(limit) { throw tooLarge }
        var body: [UInt8] = []
        while true {
            let count: Int
            do throws(RequestBodyError) {
                count = try await receiveBody()
            } catch {
                throw .badRequest("incomplete-body", "The body did not arrive whole.")
            }
            if count == 0 { return body }
            if count > limit - body.count { throw tooLarge }
            takeBody(count) { bytes in
                body += bytes.array
                return (bytes.count, ())
            }
        }
    }

    /// Sends the whole response.
    ///
    /// - Parameter withBody: false for an answer to HEAD, which tells the length of what it leaves out.
    func send(_ answer: ServiceResponse, withBody: Bool, at now: Int64) async throws(ChannelError) {
        response.status = answer.status
        for field in answer.fields {
            response.fields.append(name: Array(field.name.utf8).span, value: Array(field.value.utf8).span)
        }
        response.fields.append(.date, value: WallClock(unixMilliseconds: now * 1000).httpDate)
        let count = UInt64(answer.body.count)
        if withBody, answer.status != 204 {
            sendHead(.length(count))
            var sent = 0
            while sent < answer.body.count {
                sent += try offer(answer.body.span.extracting(sent..<answer.body.count))
                if sent < answer.body.count { try await drain() }
            }
        } else {
            if answer.status != 204 { response.fields.append(.contentLength, value: count) }
            sendHead(.none)
        }
        try await end()
    }
}

extension RequestHead {
    /// The head as a handler sees it.
    fileprivate func serviceRequest(body: [UInt8]) -> ServiceRequest {
        var list: [HeaderField] = []
        list.reserveCapacity(fields.count)
        var requestID = ""
        for index in 0..<fields.count {
            let value = fields.value(at: index).text
            if fields.known(at: index) == .xRequestID { requestID = value }
            list.append(HeaderField(fields.name(at: index).text.lowercased(), value))
        }
        let queryText = if let query { query.text } else { "" }
        return ServiceRequest(method, path.text, query: queryText, fields: list, body: body, requestID: requestID)
    }
}
