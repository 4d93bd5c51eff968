import Foundation
import Testing

/// A gateway with one of the repository's route tables, on free ports, and its services.
struct ShopGateway {
    let gateway: GatewayProcess
    /// The ports that listen in place of those in the file.
    private let ports: [Int: Int]

    /// - Parameter number: which seed, such as `003`.
    init(seed number: String) throws {
        // The file lies one folder below everything that it names.
        try self.init("examples/seed-\(number).routes.json") {
            $0.replacing("\"../", with: "\"").replacing("file:../", with: "file:")
        }
    }

    /// The repository's own routes, without limits on how often they are used.
    static func unlimited() throws -> ShopGateway {
        try ShopGateway("routes.json") { text in
            text.replacing(/"rateLimit": "[^"]*"/, with: #""rateLimit": "1000000/s per ip burst 1000000""#)
        }
    }

    private init(_ file: String, _ edit: (String) -> String) throws {
        var text = edit(try String(contentsOf: Places.repository.appending(path: file), encoding: .utf8))
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "0123456789abcdef", count: 4), to: "certs/jwt.secret", mode: 0o600)
        var ports: [Int: Int] = [:]
        for match in text.matches(of: /(?::|"port": )(\d{4})\b/) {
            let port = try #require(Int(match.1))
            if ports[port] == nil { ports[port] = try Sockets.freePort() }
        }
        gateway = try GatewayProcess(folder: folder) { free in
            ports[8443] = free.https
            ports[8080] = free.http
            ports[9901] = free.admin
            text.replace(/(:|"port": )(\d{4})\b/) { "\($0.1)\(ports[Int($0.2) ?? 0] ?? 0)" }
            return text
        }
        self.ports = ports
        let isUp = try becomesTrue(within: 90) { [gateway] in
            try gateway.admin("/health").json["status"].string == "pass"
        }
        guard isUp else { throw HarnessError("the services did not come up: \(gateway.logs.suffix(2000))") }
    }

    /// A request through the gateway.
    func ask(_ method: String, _ target: String, _ json: String? = nil, token: String? = nil) throws -> Answer {
        if let json { return try gateway.curl(method, target, token: token, json: json) }
        return try gateway.curl(target, token: token, "--request", method)
    }

    /// A request to the port that the document names, as its own examples have it.
    func ask(port: Int, scheme: String = "http", _ target: String, token: String? = nil) throws -> Answer {
        let free = try #require(ports[port])
        let results = try TemporaryFolder()
        var arguments = [
            "--silent", "--noproxy", "*", "--max-time", "30", "--cacert", gateway.authority.path, "--dump-header",
            results.file("head").path, "--output", results.file("body").path, "--http1.1",
        ]
        if let token { arguments += ["--header", "Authorization: Bearer \(token)"] }
        _ = try Command.run(Places.curl, arguments + ["\(scheme)://localhost:\(free)\(target)"])
        let head = results.text(of: "head").replacing("\r\n\r\n", with: "")
        return try Answer(head: head, body: (try? Data(contentsOf: results.file("body"))) ?? Data())
    }

    /// The access token of a user of the documents.
    func signIn(_ username: String = "alice") throws -> String {
        let answer = try ask("POST", "/login", #"{"username": "\#(username)", "password": "password123"}"#)
        #expect(answer.status == 200, "\(answer.text)")
        return try #require(answer.json["access_token"].string)
    }

    /// The fields that a refusal names.
    static func badFields(_ answer: Answer) -> [String] {
        answer.json["errors"].array.compactMap { $0["field"].string }
    }
}
