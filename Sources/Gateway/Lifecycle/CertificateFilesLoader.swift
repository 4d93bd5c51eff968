internal import TLS

/// Reads the certificates and keys of a configuration.
enum CertificateFilesLoader {
    static func load(
        _ settings: ListenTLSSettings, files: ConfigurationEnvironment
    ) throws(SnapshotBuilder.Failure) -> [TLSCertificate] {
        var certificates: [TLSCertificate] = []
        for pair in [settings.certificate] + settings.certificates {
            certificates.append(
                TLSCertificate(
                    chain: try read(pair.certificate, files: files), privateKey: try read(pair.key, files: files)))
        }
        return certificates
    }

    static func read(
        _ path: String, files: ConfigurationEnvironment
    ) throws(SnapshotBuilder.Failure) -> [UInt8] {
        switch files.readFile(path) {
        case .success(let bytes): return bytes
        case .failure(let failure):
            throw SnapshotBuilder.Failure(description: "\(path) cannot be read: \(failure.reason)")
        }
    }

    /// The context of a server, with the files at fault named when there is none to be had.
    static func makeServerContext(
        _ certificates: [TLSCertificate], from pairs: [CertificateFiles], minimumVersion: MinimumTLSVersion,
        ticketKeys: TicketKeyRing?
    ) throws(SnapshotBuilder.Failure) -> TLSServerContext {
        func make(_ certificates: [TLSCertificate]) throws(TLSConfigurationError) -> TLSServerContext {
            try TLSServerContext(
                TLSServerConfiguration(
                    certificates: certificates, minimumVersion: minimumVersion == .tls13 ? .v1_3 : .v1_2,
                    applicationProtocols: [.http2, .http11]),
                ticketKeys: ticketKeys)
        }
        do {
            return try make(certificates)
        } catch {
            for (certificate, pair) in zip(certificates, pairs) {
                do { _ = try make([certificate]) } catch {
                    throw SnapshotBuilder.Failure(
                        description: "listen.tls: \(pair.certificate) with \(pair.key): \(error)")
                }
            }
            throw SnapshotBuilder.Failure(description: "listen.tls: \(error)")
        }
    }
}
