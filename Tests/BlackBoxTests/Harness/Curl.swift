import Foundation

extension GatewayProcess {
    /// A request by curl to the public listener, its certificate verified.
    ///
    /// - Parameters:
    ///   - target: the path and query.
    ///   - token: a bearer token to send.
    ///   - options: further options of curl; HTTP/1.1 is spoken unless they say otherwise.
    func curl(_ target: String, token: String? = nil, _ options: String..., input: Data = Data()) throws -> Answer {
        try curl(target, token: token, options: options, input: input)
    }

    /// The same with a list of options.
    func curl(_ target: String, token: String? = nil, options: [String], input: Data = Data()) throws -> Answer {
        let results = try TemporaryFolder()
        var arguments = [
            "--silent", "--show-error", "--http1.1", "--path-as-is", "--noproxy", "*", "--max-time", "30", "--cacert",
            authority.path, "--dump-header", results.file("head").path, "--output", results.file("body").path,
        ]
        if let token { arguments += ["--header", "Authorization: Bearer \(token)"] }
        let command = try Command.run(Places.curl, arguments + options + [url + target], input: input)
        let heads = results.text(of: "head").components(separatedBy: "\r\n\r\n").filter { $0.hasPrefix("HTTP/") }
        guard command.status == 0, let head = heads.last else {
            throw HarnessError("curl \(target): \(command.ending) \(command.errors)")
        }
        return try Answer(head: head, body: (try? Data(contentsOf: results.file("body"))) ?? Data())
    }

    /// A request with a JSON body.
    func curl(_ method: String, _ target: String, token: String? = nil, json: String) throws -> Answer {
        try curl(
            target, token: token, "--request", method, "--header", "Content-Type: application/json", "--data-binary",
            json)
    }
}
