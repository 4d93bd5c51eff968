@testable import Gateway

/// Loads configurations from text, with variables and files that the test gives.
enum ConfigurationFixture {
    static let secret = "0123456789abcdef0123456789abcdef"

    static func environment(
        variables: [String: String] = [:], files: [String: [UInt8]] = [:]
    ) -> ConfigurationEnvironment {
        ConfigurationEnvironment(
            variable: { variables[$0] },
            readFile: { path in
                files[path].map { .success($0) } ?? .failure(.init(reason: "No such file or directory"))
            })
    }

    static func load(
        _ text: String, variables: [String: String] = [:], files: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        let bytes = files.mapValues { Array($0.utf8) }
        return try Configuration(
            parsing: Array(text.utf8), file: "routes.json",
            environment: environment(variables: variables, files: bytes))
    }

    /// What is wrong with a text, one line each; empty when nothing is.
    static func problems(
        _ text: String, variables: [String: String] = [:], files: [String: String] = [:]
    ) -> [String] {
        do throws(ConfigurationError) {
            return try load(text, variables: variables, files: files).warnings.map(\.description)
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    /// A whole file around the value of one key of one route.
    static func file(route: String, root: String = "") -> String {
        """
        {"services": {"up": {"targets": "http://127.0.0.1:9000"}, "two": {"targets": "http://127.0.0.1:9001"}},
         \(root)"routes": [{"name": "a", "match": "/a/**", "to": "up", \(route)}, {"name": "b", "match": "/b", "to": "two"}]}
        """
    }

    /// A whole file around the value of one key of one service.
    static func file(service: String) -> String {
        """
        {"services": {"up": {\(service)}}, "routes": [{"name": "a", "match": "/**", "to": "up"}]}
        """
    }

    static let jwt = """
        "jwt": {"shop": {"issuer": "shop", "algorithms": ["HS256"], "secret": "\(secret)"}},\u{20}
        """
}
