import Bytes
import Crypto
import Policy

extension Configuration {
    /// Reads a configuration: either all of it is good, or everything that is wrong with it is thrown at once.
    ///
    /// - Parameters:
    ///   - bytes: the content of the file.
    ///   - file: the file's path, for messages and as the base of relative paths.
    ///   - environment: where variables and other files come from.
    public init(parsing bytes: [UInt8], file: String, environment: ConfigurationEnvironment) throws(ConfigurationError)
    {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch {
            let context = LoadContext(file: file, lines: LineIndex(bytes), environment: environment)
            context.report(.error, at: error.offset, path: "", error.message, suggestion: error.suggestion)
            throw ConfigurationError(diagnostics: context.diagnostics)
        }
        let context = LoadContext(file: file, lines: document.lines, environment: environment)
        let draft = ConfigurationDraft(Item(node: document.root, path: .root, context: context))
        guard let draft, !context.hasErrors else { throw ConfigurationError(diagnostics: context.diagnostics) }
        let digest = HashAlgorithm.sha256.digest(bytes.span)
        self.init(
            source: file, hash: Self.hexadecimal(digest.prefix(8)),
            fingerprint: KeyedHash.hash(bytes.span, seed: context.fingerprint),
            referencedFiles: context.referencedFiles, warnings: context.diagnostics, listen: draft.listen,
            log: draft.log, trustedProxies: draft.trustedProxies, adminAllow: draft.adminAllow,
            stateDirectory: draft.stateDirectory, tokenProfiles: draft.tokenProfiles, limits: draft.limits,
            timeouts: draft.timeouts, services: draft.services, routes: draft.routes,
            internalRoutes: draft.internalRoutes, openAPI: draft.publishedOpenAPI, tests: draft.tests)
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
