/// How `gateway serve` was called.
public struct ServeOptions: Sendable {
    /// The path of routes.json.
    public var configPath: String
    /// The number of event loops; nil for one per processor.
    public var threads: Int?
    /// The path of this program, beside which `shop` lies.
    public var executable: String
    /// The directory that relative paths of the command line are relative to.
    public var currentDirectory: String
    /// The process's environment, of which supervised processes get little.
    public var variables: [String: String]

    /// The program that hosts handlers.
    var shopExecutable: String {
        guard let slash = executable.lastIndex(of: "/") else { return "shop" }
        return executable[...slash] + "shop"
    }

    /// Where processes run that name no folder of their own: beside the file that names them.
    func workingDirectory(of configuration: Configuration) -> String {
        guard let slash = configuration.source.lastIndex(of: "/") else { return currentDirectory }
        return String(configuration.source[..<slash])
    }

    /// Options as given.
    public init(
        configPath: String = "routes.json", threads: Int? = nil, executable: String, currentDirectory: String,
        variables: [String: String]
    ) {
        self.configPath = configPath
        self.threads = threads
        self.executable = executable
        self.currentDirectory = currentDirectory
        self.variables = variables
    }
}
