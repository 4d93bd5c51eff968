import CLI

extension ShopCommand {
    /// What can be typed after `shop`, besides the name of a service.
    static let declaration = Command(
        "shop", "The shop's services, and what looks after their databases.",
        subcommands: [
            Command("handlers", "Lists the services."),
            Command(
                "seed", "Fills the databases of all services with data to try, those that were never used.",
                options: [directory]),
            Command(
                "backup", "Copies every database, each as of one moment, while the services go on.",
                options: [directory], positionals: [Positional("DIR", "where the copies go; older ones are replaced")],
                notes: """
                    A copy has its name only once it is whole, checked and on the disk. A database that is damaged keeps its
                    older copy, and the command fails.
                    """),
            Command(
                "restore", "Replaces databases by the copies of a backup.", options: [directory],
                positionals: [Positional("DIR", "where the copies are")],
                notes: """
                    Stop the gateway before: nothing is touched while a service has one of the databases open, or when one
                    of the copies is damaged. Databases of which there is no copy stay as they are.
                    """),
            Command(
                "dead-letters", "Lists the events of a service that a subscriber never took.",
                options: [database, .value("retry", "ID", "sends that event again")]),
            Command(
                "grant-admin", "Makes a user of auth an administrator.", options: [database],
                positionals: [Positional("USERNAME", "who")]),
        ],
        notes: """
            shop SERVICE (--socket PATH | --port N) --database PATH runs a service, as the gateway does. Its environment
            gives SHOP_JWT_SECRET_FD or SHOP_JWT_SECRET, SHOP_JWT_ISSUER, SHOP_JWT_AUDIENCE, SHOP_SEED=off for a
            database that starts empty, and SHOP_OPEN_ROUTES with routes that need no token.
            """)

    private static let directory = Option.value("directory", "DIR", "where the databases are", default: "var")
    private static let database = Option.value("database", "PATH", "the service's database", isRequired: true)
}
