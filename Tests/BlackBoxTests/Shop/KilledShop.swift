import Foundation

/// The shop with its gateway, each service a process that the test itself runs, kills and starts again at once: a supervisor
/// would rather wait longer each time.
final class KilledShop {
    /// Pieces of each product at the beginning.
    static let stock = 120
    static let products = 1...6

    let gateway: GatewayProcess
    private let folder: TemporaryFolder
    private var services: [Service] = []

    /// A process of a service.
    final class Service {
        let name: String
        let port: Int
        var process: ChildProcess

        init(name: String, port: Int, process: ChildProcess) {
            self.name = name
            self.port = port
            self.process = process
        }
    }

    init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let handlers = ["products", "cart", "inventory", "orders", "orders"]
        let ports = try handlers.map { _ in try Sockets.freePort() }
        let targets = Dictionary(grouping: zip(handlers, ports), by: \.0).sorted { $0.key < $1.key }.map {
            name, places in
            let list = places.map { #""http://127.0.0.1:\#($0.1)""# }.joined(separator: ", ")
            return """
                "\(name)": {"targets": [\(list)], "breaker": "none", "ejection": "none",
                  "health": {"path": "/health", "interval": "500ms", "downInterval": "100ms", "fall": 1, "slowStart": "0s"}}
                """
        }
        for (name, port) in zip(handlers, ports) {
            let process = try Self.launch(name, port: port, in: folder)
            services.append(Service(name: name, port: port, process: process))
        }
        let routes = [
            ("products", "/products/**"), ("inventory", "/inventory/**"), ("cart", "/cart/**"),
            ("orders", "/orders/**"),
        ].flatMap { name, path in
            [
                #"{"name": "\#(name)", "match": "\#(path.dropLast(3))", "to": "\#(name)"}"#,
                #"{"name": "\#(name)-one", "match": "\#(path)", "to": "\#(name)"}"#,
            ]
        }
        gateway = try GatewayProcess(folder: folder) { ports in
            """
            {
              "listen": {
                "https": "127.0.0.1:\(ports.https)", "admin": "127.0.0.1:\(ports.admin)",
                "internal": "unix:\(folder.file("internal.sock").path)",
                "tls": {"cert": "certs/gateway.pem", "key": "certs/gateway.key"}
              },
              "jwt": \(Setup().jwt),
              "defaults": {"timeout": "10s", "retries": 1, "rateLimit": "1000000/s per ip burst 1000000"},
              "services": {\(targets.joined(separator: ",\n"))},
              "routes": [\(routes.joined(separator: ",\n"))]
            }
            """
        }
        try stockUp()
    }

    deinit {
        for service in services { service.process.end() }
    }

    private static func launch(_ name: String, port: Int, in folder: TemporaryFolder) throws -> ChildProcess {
        let log = open(folder.file("\(name).log").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        let environment = [
            "SHOP_JWT_SECRET": GatewayProcess.secret, "SHOP_SEED": "off",
            "GATEWAY_INTERNAL": "unix:\(folder.file("internal.sock").path)",
        ]
        return try ChildProcess(
            Places.shop, [name, "--port", "\(port)", "--database", "\(folder.path)/\(name).db"],
            environment: environment,
            output: log, errors: log)
    }

    /// Offers the products, with the same number of pieces of each.
    private func stockUp() throws {
        let token = try Token.good(subject: "seller")
        let isUp = try becomesTrue(within: 30) {
            try ["/products", "/inventory", "/cart", "/orders"].allSatisfy {
                try gateway.curl($0, token: token).status == 200
            }
        }
        guard isUp else { throw HarnessError("the services did not come up: \(gateway.logs.suffix(2000))") }
        for product in Self.products {
            let made = try gateway.curl(
                "POST", "/products", token: token, json: #"{"name": "Thing", "price": 9.99, "category": "Things"}"#)
            let level = try gateway.curl(
                "POST", "/inventory", token: token, json: #"{"product_id": \#(product), "quantity": \#(Self.stock)}"#)
            guard made.status == 201, level.status == 201 else {
                throw HarnessError("product \(product): \(made) \(level)")
            }
        }
    }

    /// What can be killed. Orders and inventory are the more likely, for a gateway takes its time to come back.
    enum Victim: CaseIterable {
        case orders, otherOrders, inventory, gateway

        static func random(using generator: inout some RandomNumberGenerator) -> Victim {
            [
                .orders, .orders, .orders, .otherOrders, .otherOrders, .otherOrders, .inventory, .inventory, .inventory,
                .gateway,
            ]
            .randomElement(using: &generator)!
        }
    }

    /// Kills a process with SIGKILL, and starts another in its place.
    func kill(_ victim: Victim) throws {
        switch victim {
        case .gateway:
            gateway.process.end()
            try gateway.restart()
        case .orders: try replace(services[3])
        case .otherOrders: try replace(services[4])
        case .inventory: try replace(services[2])
        }
    }

    private func replace(_ service: Service) throws {
        service.process.end()
        service.process = try Self.launch(service.name, port: service.port, in: folder)
    }

    /// Buyers that place orders until `stop` is called with what this returns.
    func startBuyers(_ count: Int, seed: UInt64) throws -> Buyers {
        let tokens = try (0..<count).map { try Token.good(subject: "buyer-\($0)") }
        try folder.write(String(decoding: JSONSerialization.data(withJSONObject: tokens), as: UTF8.self), to: "tokens")
        return try Buyers(
            [
                Places.support.appending(path: "checkout_clients.py").path, "--port", "\(gateway.ports.https)", "--ca",
                gateway.authority.path, "--tokens", folder.file("tokens").path, "--products",
                Self.products.map(String.init).joined(separator: ","), "--seed", "\(seed)",
            ], in: folder)
    }

    /// A run of `Support/checkout_clients.py`.
    struct Buyers {
        private let process: ChildProcess
        private let folder: TemporaryFolder

        init(_ arguments: [String], in folder: TemporaryFolder) throws {
            self.folder = folder
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
            let output = open(folder.file("told").path, flags, 0o600)
            let errors = open(folder.file("buyers.log").path, flags, 0o600)
            defer {
                close(output)
                close(errors)
            }
            process = try ChildProcess(Places.python, arguments, output: output, errors: errors)
        }

        /// Lets them finish what they are at.
        ///
        /// - Returns: what they were told.
        func stop() throws -> JSON {
            process.signal(SIGTERM)
            guard process.wait(seconds: 120) == .exited(0) else {
                throw HarnessError("the buyers failed: \(folder.text(of: "buyers.log"))")
            }
            return JSON(folder.text(of: "told"))
        }
    }

    /// Compares the books of all services, see `Support/shop_audit.py`.
    func audit() throws -> JSON {
        let script = Places.support.appending(path: "shop_audit.py").path
        let command = try Command.run(
            Places.python,
            [script, "--folder", folder.path, "--stock", "\(Self.stock)", "--told", folder.file("told").path])
        guard command.status == 0 else { throw HarnessError(command.errors) }
        return JSON(command.text)
    }

    /// The last lines that the services wrote.
    var logs: String {
        ["orders", "inventory", "cart"].map { "\($0): \(folder.text(of: "\($0).log").suffix(1500))" }.joined(
            separator: "\n")
    }
}
