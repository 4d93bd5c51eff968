import Foundation

/// One gRPC call as grpcio's client saw it: `Support/grpc_client.py`.
struct GRPCOutcome: CustomStringConvertible {
    let json: JSON

    /// - Parameters:
    ///   - target: host and port.
    ///   - authority: who is trusted; nil for a server without TLS.
    ///   - method: the whole method, such as `/test.Echo/Unary`.
    init(_ target: String, authority: URL?, _ method: String, _ request: String, _ options: [String]) throws {
        let trust = authority.map { ["--authority", $0.path] } ?? []
        let script = Places.support.appending(path: "grpc_client.py").path
        let command = try Command.run(
            Places.venvPython!, [script, target, method, request] + trust + options, seconds: 60)
        guard command.status == 0 else { throw HarnessError("\(method): \(command.ending) \(command.errors)") }
        json = JSON(command.output)
    }

    var code: Int? { json["code"].int }
    var details: String? { json["details"].string }
    var answers: [JSON] { json["answers"].array }
    var seconds: Double { json["seconds"].double ?? -1 }
    var description: String { json.description }
}

extension GatewayProcess {
    /// Calls a method through the gateway.
    func call(_ method: String, _ request: String = "{}", _ options: String...) throws -> GRPCOutcome {
        try GRPCOutcome("localhost:\(ports.https)", authority: authority, method, request, options)
    }
}

extension Upstream {
    /// The gRPC service of `Support/grpc_service.py`.
    static func grpc(name: String = "grpc", options: [String] = []) throws -> Upstream {
        try Upstream("grpc_service.py", python: Places.venvPython!, name: name, options: options)
    }

    /// What a gRPC service has counted: calls that began, and whose caller has gone.
    func calls(_ what: String) throws -> Int {
        let outcome = try GRPCOutcome("127.0.0.1:\(port)", authority: nil, "/test.Control/Counts", "{}", [])
        return outcome.answers.first?[what].int ?? 0
    }

    /// What a gRPC service says of its health from now on, about one of its services or the whole server.
    func setHealth(isServing: Bool, of service: String = "") throws {
        let request = #"{"service": "\#(service)", "status": \#(isServing ? 1 : 2)}"#
        _ = try GRPCOutcome("127.0.0.1:\(port)", authority: nil, "/test.Control/Health", request, [])
    }
}
