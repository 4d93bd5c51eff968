internal import Bytes
internal import Crypto
internal import Policy
internal import Reactor
internal import TLS
internal import Telemetry
internal import Transport

/// The running gateway: puts everything together, starts it, and ends it in order.
///
///     files -> configuration -> snapshot -> listeners bound -> processes -> checks -> serving -> drain -> processes end
public enum GatewayServer {
    /// Runs the gateway on the calling thread and others until it is told to stop.
    /// - Returns: the exit code: 0 after an orderly end, 1 when it could not start.
    public static func serve(_ options: ServeOptions) -> Int32 {
        SignalSource.block()
        ProcessLimits.raiseDescriptors()
        let console = Console()
        do {
            let conductor = try Startup(options: options, console: console).run()
            conductor.run()
            return 0
        } catch let failure as StartupFailure {
            console.fail(failure.messages)
        } catch {
            console.fail(["\(error)"])
        }
        return 1
    }
}

/// Why the gateway does not start.
struct StartupFailure: Error {
    let messages: [String]
}

/// Everything between the command line and the first accepted connection.
struct Startup {
    let options: ServeOptions
    let console: Console
    private let environment = ConfigurationEnvironment.process

    func run() throws -> Conductor {
        let reader = ConfigurationReader(path: options.configPath, environment: environment)
        let configuration = try read(reader)
        let written = try makeDevelopmentCertificates(configuration)
        let group = try EventLoopGroup(count: options.threads ?? EventLoopGroup.availableProcessors)
        let main = group.loops[0]
        let logWriter = try LogWriter(.standardError)
        let logger = Logger(writer: logWriter, level: configuration.log.level)
        let accessLog = try openAccessLog(configuration.log)
        let metrics = GatewayMetrics(
            shards: group.loops.count, reasons: FailureResponse.codes, upstreamErrors: FailureResponse.codes)
        let registry = ServiceRegistry(
            loops: group.loops.count, sink: TransitionLog(logger: logger, metrics: metrics).record)
        let builder = SnapshotBuilder(registry: registry, metrics: metrics, files: environment)
        let prepared = try prepare(builder, configuration)
        let ring = try TicketKeyRing(now: main.now)
        let tls = try makeContext(prepared, ring: ring)
        let snapshot = builder.build(prepared, generation: 1, now: main.now)
        let supervisor = Supervisor(
            on: main,
            settings: SupervisorSettings(launcher: ChildLauncher.prefix(executable: options.executable)),
            log: ProcessLog(logger: logger, isTerminal: console.isTerminal))
        let state = GatewayState()
        state.setCertificates(tls.certificates)
        let core = GatewayCore(
            snapshot: snapshot, metrics: metrics,
            limiter: TokenBucketTable(capacity: configuration.limits.rateLimitKeys), logger: logger,
            identity: Array("gateway-\(String(decoding: Hex.encode(SecureRandom.bytes(4).span), as: UTF8.self))".utf8),
            state: state, board: supervisor.board,
            logs: [("log", logWriter)] + (accessLog.map { [("access", $0)] } ?? []))
        let units = group.loops.map { loop in
            LoopBound(LoopUnit(loop: loop, core: core, accessLog: accessLog, tls: tls), to: loop)
        }
        let conductor = Conductor(
            options: options, console: console, group: group, core: core, units: units, builder: builder,
            reader: reader,
            registry: registry, supervisor: supervisor, ring: ring, accessLog: accessLog)
        try conductor.bindAtStart(configuration)
        conductor.announce(configuration, certificates: written)
        return conductor
    }

    private func read(_ reader: ConfigurationReader) throws(StartupFailure) -> Configuration {
        do { return try reader.read() } catch { throw StartupFailure(messages: error.messages) }
    }

    private func prepare(
        _ builder: SnapshotBuilder, _ configuration: Configuration
    ) throws(StartupFailure) -> SnapshotBuilder.Prepared {
        do { return try builder.prepare(configuration) } catch {
            throw StartupFailure(messages: ["\(options.configPath): error: \(error)"])
        }
    }

    private func makeContext(
        _ prepared: SnapshotBuilder.Prepared, ring: TicketKeyRing
    ) throws(StartupFailure) -> TLSServerContext {
        do { return try prepared.makeServerContext(ring) } catch {
            throw StartupFailure(messages: ["\(options.configPath): error: \(error)"])
        }
    }

    /// On the first start with certificate files that are not there yet: an authority and a certificate for this machine.
    private func makeDevelopmentCertificates(_ configuration: Configuration) throws(StartupFailure) -> [String] {
        let pair = configuration.listen.tls.certificate
        let folder = pair.certificate.lastIndex(of: "/").map { pair.certificate[...$0] } ?? ""
        let files = DevelopmentCertificates.Files(
            certificate: pair.certificate, key: pair.key, authority: "\(folder)dev-ca.pem",
            authorityKey: "\(folder)dev-ca.key")
        do {
            return try DevelopmentCertificates.writeIfMissing(files, now: WallClock.systemTime / 1000)
        } catch {
            throw StartupFailure(messages: ["listen.tls: \(Self.describe(error, files))"])
        }
    }

    private static func describe(_ error: CryptoError, _ files: DevelopmentCertificates.Files) -> String {
        switch error {
        case .incompletePair(let missing):
            "\(missing) does not exist, but the other file of its pair does; give both, or neither to have them made"
        case .file(let path, let code): "\(path): \(SystemError(call: "open", code: code))"
        default: "development certificates for \(files.certificate) cannot be made: \(error)"
        }
    }

    private func openAccessLog(_ settings: LogSettings) throws(StartupFailure) -> LogWriter? {
        do { return try settings.access.open() } catch {
            throw StartupFailure(messages: ["log.access: \(error)"])
        }
    }
}

extension SnapshotBuilder.Prepared {
    /// The context that new connections are accepted with. Sessions resume across contexts that share a key ring.
    func makeServerContext(_ ring: TicketKeyRing) throws(SnapshotBuilder.Failure) -> TLSServerContext {
        let settings = configuration.listen.tls
        return try CertificateFilesLoader.makeServerContext(
            certificates, from: [settings.certificate] + settings.certificates,
            minimumVersion: settings.minimumVersion, ticketKeys: ring)
    }
}

extension LogSettings.AccessLog {
    /// Opens the log; nil when there shall be none.
    func open() throws(TelemetryError) -> LogWriter? {
        switch self {
        case .off: nil
        case .stdout: try LogWriter(.standardOutput)
        case .file(let path): try LogWriter(.file(path))
        }
    }
}
