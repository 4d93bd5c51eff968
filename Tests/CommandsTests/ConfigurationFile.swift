import Gateway

/// Real files.
enum ConfigurationFile {
    static func read(_ path: String) throws -> [UInt8] {
        try ConfigurationEnvironment.process.readFile(path).get()
    }
}
