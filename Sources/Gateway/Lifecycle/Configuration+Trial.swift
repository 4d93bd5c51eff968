internal import TLS

extension Configuration {
    /// What would keep this configuration from being put in force although all of the file is good: keys that fit no
    /// algorithm, certificates that do not parse or match.
    ///
    /// Nothing outside of this machine is asked: the names of targets are resolved when the gateway starts or reloads.
    ///
    /// - Parameter files: where the certificates are read from.
    /// - Returns: one sentence for each problem.
    public func problems(reading files: ConfigurationEnvironment) -> [String] {
        var problems: [String] = []
        for profile in tokenProfiles {
            do { _ = try SnapshotBuilder.verifier(profile) } catch { problems.append(error.description) }
        }
        for service in services {
            do { _ = try SnapshotBuilder.identity(of: service, files: files) } catch {
                problems.append(error.description)
            }
        }
        do { try tryCertificates(files) } catch { problems.append("\(error)") }
        return problems
    }

    private func tryCertificates(_ files: ConfigurationEnvironment) throws {
        var settings = [listen.tls.certificate] + listen.tls.certificates
        // The first start makes the first pair when neither of its files is there.
        let isFirstStart = [settings[0].certificate, settings[0].key].allSatisfy {
            files.readFile($0) == .failure(.missing)
        }
        if isFirstStart { settings.removeFirst() }
        var certificates: [TLSCertificate] = []
        for pair in settings {
            certificates.append(
                TLSCertificate(
                    chain: try CertificateFilesLoader.read(pair.certificate, files: files),
                    privateKey: try CertificateFilesLoader.read(pair.key, files: files)))
        }
        if certificates.isEmpty { return }
        _ = try CertificateFilesLoader.makeServerContext(
            certificates, from: settings, minimumVersion: listen.tls.minimumVersion, ticketKeys: nil)
    }
}
