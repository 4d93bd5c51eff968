internal import Bytes
internal import HTTP
internal import Reactor
internal import Transport

/// The plain listener: every request is sent to the same place under HTTPS, with its method and body (308).
struct Redirect {
    let worker: Worker

    func handle(_ exchange: Exchange) async {
        worker.refresh()
        var context = RequestContext()
        Identification.identify(&exchange.request.fields, using: &worker.random, scratch: &worker.scratch)
        do {
            switch exchange.refusal {
            case nil: break
            case .malformed(let error): throw Failure.malformed(error)
            case .timedOut: throw Failure.headTimeout
            case .unknownExpectation: throw Failure.unknownExpectation
            }
            guard let location = Self.location(exchange.request, port: worker.core.httpsPort) else {
                throw Failure.malformed(.missingHost)
            }
            exchange.response.status = 308
            exchange.response.fields.append(.location, value: location.span)
            ResponseWriter.addCommon(exchange, worker: worker)
            try await ResponseWriter.send([], to: exchange)
        } catch let failure as Failure {
            context.failure = failure
            await FailureWriter(worker: worker).write(failure, to: exchange, &context)
        } catch {}
        Summary(worker: worker).finish(exchange, context)
    }

    /// The same host and target under HTTPS.
    static func location(_ head: borrowing RequestHead, port: UInt16) -> [UInt8]? {
        guard let authority = Authority(head.authority), authority.hostLength > 0 else { return nil }
        var buffer = ByteBuffer(capacity: 256)
        buffer.append("https://")
        buffer.append(head.authority.extracting(first: authority.hostLength))
        if port != 443 {
            buffer.append(0x3A)
            buffer.append(decimal: UInt64(port))
        }
        buffer.append(head.path)
        if let query = head.query {
            buffer.append(0x3F)
            buffer.append(query)
        }
        return buffer.readable.array
    }
}
