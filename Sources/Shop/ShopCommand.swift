import ServiceKit

/// The `shop` command: runs one of the services that it holds.
public enum ShopCommand {
    /// Every service, by the name under which the configuration asks for it.
    static let handlers: [any ServiceHandler.Type] = [
        AuthHandler.self,
        CustomersHandler.self,
        ProfileHandler.self,
        ProductsHandler.self,
        InventoryHandler.self,
        CartHandler.self,
    ]

    /// What `shop --help` says.
    static let usage = """
        usage: shop HANDLER (--socket PATH | --port N) --database PATH    run a service
               shop seed [--directory DIR]                                fill the databases with data to try
               shop grant-admin USERNAME --database PATH                  make a user of auth an administrator
               shop handlers                                              list the services

        The environment of a service gives SHOP_JWT_SECRET_FD or SHOP_JWT_SECRET, SHOP_JWT_ISSUER, SHOP_JWT_AUDIENCE,
        and SHOP_SEED=off for a database that starts empty.
        """

    /// Does what the arguments say, blocks until it is done, and tells people what went wrong.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code of the process.
    public static func main(_ arguments: [String]) -> Int32 {
        do {
            try run(arguments)
            return 0
        } catch {
            StandardError.write("shop: \(error)\n")
            return 1
        }
    }

    private static func run(_ arguments: [String]) throws {
        guard let first = arguments.first else { throw LaunchError("which service?\n\(usage)") }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "help", "-h", "--help": print(usage)
        case "handlers": for handler in handlers { print(handler.name) }
        case "seed": try seed(rest)
        case "grant-admin": try grantAdmin(rest)
        default:
            guard let handler = handlers.first(where: { $0.name == first }) else {
                let known = handlers.map { $0.name }.joined(separator: ", ")
                throw LaunchError("there is no service \(first); there are \(known)")
            }
            try ServiceHost.run(handler, LaunchOptions(rest))
        }
    }

    private static func seed(_ arguments: [String]) throws {
        var directory = "var"
        switch arguments.count {
        case 0: break
        case 2 where arguments[0] == "--directory": directory = arguments[1]
        default: throw LaunchError("shop seed takes --directory DIR and nothing else")
        }
        for handler in handlers {
            let database = "\(directory)/\(handler.name).db"
            try ServiceHost.seed(handler, database: database)
            print("seeded \(database)")
        }
    }

    private static func grantAdmin(_ arguments: [String]) throws {
        guard arguments.count == 3, arguments[1] == "--database" else {
            throw LaunchError("shop grant-admin takes USERNAME --database PATH")
        }
        let username = arguments[0]
        try ServiceHost.change(AuthHandler.self, database: arguments[2]) { database in
            guard try await UserStore(database: database).grant("admin", to: username) else {
                throw LaunchError("there is no user \(username)")
            }
        }
        print("\(username) is an administrator from the next sign-in or refresh on")
    }
}
