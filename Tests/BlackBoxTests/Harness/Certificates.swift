import Foundation

/// Certificates made by OpenSSL's command line.
enum Certificates {
    /// Makes a self-signed certificate for the name: `FILE.pem` and `FILE.key`, named after it when nil.
    static func make(_ name: String, in folder: TemporaryFolder, as file: String? = nil) throws {
        let file = file ?? name
        try FileManager.default.createDirectory(
            at: folder.file(file).deletingLastPathComponent(), withIntermediateDirectories: true)
        let command = try Command.run(
            Places.openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)", "-keyout", "\(file).key", "-out",
                "\(file).pem",
            ], folder: folder.path)
        guard command.status == 0 else { throw HarnessError(command.errors) }
    }
}
