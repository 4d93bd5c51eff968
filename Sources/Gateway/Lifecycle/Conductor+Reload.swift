internal import Bytes
internal import Reactor
internal import TLS
internal import Telemetry

extension Conductor {
    /// A configuration that can be put in force, with everything that had to be opened for it.
    private struct Ready: Sendable {
        let prepared: SnapshotBuilder.Prepared
        let tls: TLSServerContext
        /// Another access log, where that changes.
        var accessLog: LogWriter??
    }

    /// Reads the file anew and puts it in force: all of it or nothing.
    /// - Parameter isDryRun: only says what would change.
    func reload(reason: String, isDryRun: Bool = false) async -> ReloadReport {
        while isReloading { await loop.sleep(for: 5_000_000) }
        isReloading = true
        defer { isReloading = false }
        let current = core.box.snapshot
        let (reader, builder, ring) = (reader, builder, ring)
        let outcome = await OffLoop.run("reload") {
            Self.prepare(reader, builder, ring, current.configuration.log, isDryRun: isDryRun)
        }
        if isStopping {
            return ReloadReport(
                result: .refused, generation: current.generation, errors: ["the gateway is shutting down"])
        }
        switch outcome {
        case .failure(let failure): return refuse(failure.messages, current, reason: reason, isDryRun: isDryRun)
        case .success(let ready):
            let configuration = ready.prepared.configuration
            let changes = configuration.changes(from: current.configuration)
            let warnings = configuration.warnings.map(\.description) + warnings(about: configuration.limits)
            if isDryRun {
                return ReloadReport(
                    result: .valid, generation: current.generation, changes: changes, warnings: warnings)
            }
            do {
                try apply(ready)
            } catch {
                return refuse(["\(error)"], current, reason: reason, isDryRun: isDryRun)
            }
            let generation = core.box.snapshot.generation
            core.logger.info(
                "configuration reloaded",
                [
                    "reason": .string(reason), "generation": .integer(Int(generation)),
                    "changes": .list(changes.map { .string($0) }),
                ])
            return ReloadReport(result: .reloaded, generation: generation, changes: changes, warnings: warnings)
        }
    }

    private static func prepare(
        _ reader: ConfigurationReader, _ builder: SnapshotBuilder, _ ring: TicketKeyRing, _ log: LogSettings,
        isDryRun: Bool
    ) -> Result<Ready, ConfigurationReader.Failure> {
        do {
            let configuration = try reader.read()
            let prepared = try builder.prepare(configuration)
            var ready = Ready(prepared: prepared, tls: try makeContext(prepared, ring))
            if configuration.log.access != log.access, !isDryRun {
                ready.accessLog = try configuration.log.access.open()
            }
            return .success(ready)
        } catch let failure as ConfigurationReader.Failure {
            return .failure(failure)
        } catch {
            return .failure(ConfigurationReader.Failure(messages: ["\(reader.path): error: \(error)"]))
        }
    }

    private static func makeContext(
        _ prepared: SnapshotBuilder.Prepared, _ ring: TicketKeyRing
    ) throws(SnapshotBuilder.Failure) -> TLSServerContext {
        do { return try prepared.makeServerContext(ring) } catch {
            throw SnapshotBuilder.Failure(description: "listen.tls: \(error)")
        }
    }

    /// What a reload cannot change.
    private func warnings(about limits: Limits) -> [String] {
        guard limits.rateLimitKeys != core.box.snapshot.configuration.limits.rateLimitKeys else { return [] }
        return ["limits.rateLimitKeys: takes effect when the gateway starts the next time; the buckets are kept"]
    }

    private func refuse(
        _ messages: [String], _ current: Snapshot, reason: String, isDryRun: Bool
    ) -> ReloadReport {
        if !isDryRun {
            core.state.didFail(messages.joined(separator: "\n"))
            core.logger.error(
                "configuration refused, the running one stays",
                ["reason": .string(reason), "errors": .list(messages.map { .string($0) })])
        }
        return ReloadReport(result: .refused, generation: current.generation, errors: messages)
    }

    /// Everything that can fail comes first; from the swap on nothing does.
    private func apply(_ ready: Ready) throws(Binder.Failure) {
        let (prepared, tls) = (ready.prepared, ready.tls)
        let configuration = prepared.configuration
        let before = core.box.snapshot.configuration.listen
        let added = try bindAdded(configuration, before: before)
        let snapshot = builder.build(prepared, generation: core.box.snapshot.generation + 1, now: loop.now)
        core.box.publish(snapshot)
        core.state.didLoad()
        core.state.setCertificates(tls.certificates)
        core.logger.level = configuration.log.level
        if let accessLog = ready.accessLog { change(accessLog: accessLog) }
        for unit in units { unit.perform { $0.adopt(tls: tls, configuration) } }
        listen(added)
        closeRemoved(configuration.listen, before: before)
        registry.retain(Set(configuration.services.map(\.name)))
        core.metrics.retain(
            routes: Set((configuration.routes + configuration.internalRoutes).map(\.name)),
            services: Set(configuration.services.map(\.name)))
        applyProcesses()
        updateChecks()
        revocations.update()
    }

    /// Lets every loop write to another access log. The old one is left when the last loop has handed on its lines.
    private func change(accessLog new: LogWriter?) {
        let old = accessLog
        accessLog = new
        core.setAccessLog(new)
        let units = units
        loop.spawn {
            for unit in units { await unit.call { $0.worker.setAccessLog(new) } }
            // Closing waits for the disk.
            await OffLoop.run("log") { _ = old?.flush() }
        }
    }

    // MARK: Watching

    /// Looks for changes of the file and of the files that it names: told by the kernel, and every two seconds by content,
    /// because not every file system tells.
    func watchFiles() async {
        let reader = reader
        let folder = reader.path.lastIndex(of: "/").map { String(reader.path[...$0]) } ?? "."
        let watch = try? DirectoryWatch(path: folder, loop: loop)
        let pause = Sleeper(loop: loop)
        var known = await fingerprint()
        // What was written while the gateway started is known, and perhaps not in force.
        let written = await OffLoop.run("watch") { try? reader.read().fingerprint }
        if let written, written != core.box.snapshot.configuration.fingerprint {
            _ = await reload(reason: "file changed")
        }
        while core.state.phase != .draining {
            let due = loop.now + 2_000_000_000
            if let watch { _ = await watch.wait(until: due) } else { _ = await pause.sleep(until: due) }
            // An editor may still be writing.
            await loop.sleep(for: 50_000_000)
            let found = await fingerprint()
            guard let found, found != known else { continue }
            known = found
            _ = await reload(reason: "file changed")
        }
        watch?.close()
    }

    private func fingerprint() async -> UInt64? {
        let (reader, files) = (reader, core.box.snapshot.configuration.watchedFiles)
        return await OffLoop.run("watch") { reader.fingerprint(referenced: files) }
    }
}
