import CLI
import ServiceKit

/// The `shop` command: runs one of the services that it holds, and looks after their databases.
public enum ShopCommand {
    /// Every service, by the name under which the configuration asks for it. Their databases are filled in this order.
    static let handlers: [any ServiceHandler.Type] = [
        AuthHandler.self,
        CustomersHandler.self,
        ProfileHandler.self,
        ProductsHandler.self,
        SupportHandler.self,
        InventoryHandler.self,
        CartHandler.self,
        OrdersHandler.self,
    ]

    /// Does what the arguments say, blocks until it is done, and tells people what went wrong.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code of the process: 0 for success, 1 for what did not work, 2 for a command line that is wrong.
    public static func main(_ arguments: [String]) -> Int32 {
        do {
            try run(arguments)
            return 0
        } catch let error as ArgumentError {
            StandardError.write("shop: \(error)\n")
            return 2
        } catch {
            StandardError.write("shop: \(error)\n")
            return 1
        }
    }

    private static func run(_ arguments: [String]) throws {
        // A service has arguments of its own, which are the gateway's business.
        if let handler = handlers.first(where: { $0.name == arguments.first }) {
            return try ServiceHost.run(handler, LaunchOptions(Array(arguments.dropFirst())))
        }
        switch try declaration.parse(arguments) {
        case .help(let text), .version(let text): print(text)
        case .run(let invocation): try run(invocation)
        }
    }

    private static func run(_ invocation: Invocation) throws {
        let directory = invocation.value("directory") ?? "var"
        switch invocation.command {
        case "handlers": for handler in handlers { print(handler.name) }
        case "seed": try seed(directory)
        case "backup": try Archive(directory: directory).backUp(to: invocation.positionals[0])
        case "restore": try Archive(directory: directory).restore(from: invocation.positionals[0])
        case "dead-letters":
            try DeadLettersCommand.run(invocation.value("database") ?? "", retrying: invocation.value("retry"))
        case "grant-admin": try grantAdmin(invocation.positionals[0], database: invocation.value("database") ?? "")
        default: preconditionFailure("a command is declared and not run")
        }
    }

    private static func seed(_ directory: String) throws {
        for handler in handlers {
            let database = "\(directory)/\(handler.name).db"
            try ServiceHost.seed(handler, database: database)
            print("seeded \(database)")
        }
    }

    private static func grantAdmin(_ username: String, database: String) throws {
        try ServiceHost.change(AuthHandler.self, database: database) { database in
            guard try await UserStore(database: database).grant("admin", to: username) else {
                throw LaunchError("there is no user \(username)")
            }
        }
        print("\(username) is an administrator from the next sign-in or refresh on")
    }
}
