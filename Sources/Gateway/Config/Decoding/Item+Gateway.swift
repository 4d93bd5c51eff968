import Telemetry

/// The parts of the file about the gateway as a whole.
extension Item {
    func listen() -> ListenSettings? {
        guard let object = object(Keys.listen) else { return nil }
        var settings = ListenSettings()
        object.read("https", into: &settings.https) { $0.oneOrMore().compactMap { $0.listenAddress() } }
        object.read("http", into: &settings.http) { $0.oneOrMore().compactMap { $0.listenAddress() } }
        object.read("admin", into: &settings.admin) { item in
            if case .string("off") = item.node.kind { return .some(nil) }
            return item.listenAddress().map { .some($0) }
        }
        object.read("internal", into: &settings.internal) { item in
            if case .string("off") = item.node.kind { return .some(nil) }
            return item.internalAddress().map { .some($0) }
        }
        object.read("tls", into: &settings.tls) { $0.listenTLS() }
        if let https = object["https"], case .array(let nodes) = https.node.kind, nodes.isEmpty {
            https.error("at least one address is needed")
        }
        return settings
    }

    private func listenTLS() -> ListenTLSSettings? {
        guard let object = object(Keys.listenTLS) else { return nil }
        var settings = ListenTLSSettings()
        if object["cert"] != nil || object["key"] != nil {
            if let files = certificateFiles(object) { settings.certificate = files }
        } else {
            let files = settings.certificate
            settings.certificate = CertificateFiles(
                certificate: context.resolve(path: files.certificate), key: context.resolve(path: files.key))
        }
        object.read("minVersion", into: &settings.minimumVersion) {
            $0.choice("TLS version", ["1.2": .tls12, "1.3": .tls13])
        }
        object.read("certificates", into: &settings.certificates) { item in
            item.elements()?.compactMap { element in
                element.object(Keys.certificate).flatMap { element.certificateFiles($0) }
            }
        }
        return settings
    }

    /// The `cert` and `key` of an object, which come together.
    func certificateFiles(_ object: ObjectItem) -> CertificateFiles? {
        guard let certificate = object["cert"] else {
            error("a \"key\" without its \"cert\"")
            return nil
        }
        guard let key = object["key"] else {
            error("a \"cert\" without its \"key\"")
            return nil
        }
        guard let certificatePath = certificate.filePath(), let keyPath = key.filePath() else { return nil }
        return CertificateFiles(certificate: certificatePath, key: keyPath)
    }

    func log() -> LogSettings? {
        guard let object = object(Keys.log) else { return nil }
        var settings = LogSettings()
        object.read("level", into: &settings.level) {
            $0.choice("log level", ["debug": .debug, "info": .info, "warning": .warning, "error": .error])
        }
        object.read("access", into: &settings.access) { item in
            switch item.string() {
            case nil: nil
            case "stdout": .stdout
            case "off": .off
            default: item.filePath().map { .file(path: $0) }
            }
        }
        return settings
    }

    func admin() -> [AddressRange]? {
        guard let object = object(Keys.admin) else { return nil }
        return object["allow"].flatMap { $0.addressRanges() }
    }

    func limits() -> Limits? {
        guard let object = object(Keys.limits) else { return nil }
        var limits = Limits()
        object.read("connections", into: &limits.connections) { $0.integer(in: 1...10_000_000) }
        object.read("requestsPerConnection", into: &limits.requestsPerConnection) { $0.integer(in: 1...(.max)) }
        object.read("headerBytes", into: &limits.headerBytes) { $0.byteCount(in: 1024...1 << 20) }
        object.read("headerCount", into: &limits.headerCount) { $0.integer(in: 8...10_000) }
        object.read("requestLine", into: &limits.requestLineBytes) { $0.byteCount(in: 256...64 << 10) }
        object.read("minBodyRate", into: &limits.minimumBodyRate) { $0.byteRate() }
        object.read("http2Streams", into: &limits.http2Streams) { $0.integer(in: 1...10_000) }
        object.read("http2StreamWindow", into: &limits.http2StreamWindow) { $0.byteCount(in: 65_535...16 << 20) }
        object.read("http2ConnectionWindow", into: &limits.http2ConnectionWindow) {
            $0.byteCount(in: 65_535...256 << 20)
        }
        object.readHTTP2Guards(into: &limits.http2)
        object.read("rateLimitKeys", into: &limits.rateLimitKeys) { $0.integer(in: 1024...1 << 26) }
        object.read("tokenCacheEntries", into: &limits.tokenCacheEntries) { $0.integer(in: 0...10_000_000) }
        object.read("tokenCacheLifetime", into: &limits.tokenCacheLifetime) { $0.duration() }
        object.read("shield", into: &limits.shield) { item in
            if case .string("none") = item.node.kind { return .some(nil) }
            guard let rule = item.rateLimit() else { return nil }
            if rule.key != .ip { item.error("the shield counts per ip", suggestion: "write \"... per ip ...\"") }
            return rule
        }
        return limits
    }

    func timeouts() -> Timeouts? {
        guard let object = object(Keys.timeouts) else { return nil }
        var timeouts = Timeouts()
        object.read("tlsHandshake", into: &timeouts.tlsHandshake) { $0.duration() }
        object.read("headerRead", into: &timeouts.headerRead) { $0.duration() }
        object.read("bodyIdle", into: &timeouts.bodyIdle) { $0.duration() }
        object.read("keepAliveIdle", into: &timeouts.keepAliveIdle) { $0.duration() }
        object.read("drainDelay", into: &timeouts.drainDelay) { $0.duration(atLeast: 0) }
        object.read("drain", into: &timeouts.drain) { $0.duration(atLeast: 0) }
        return timeouts
    }
}
