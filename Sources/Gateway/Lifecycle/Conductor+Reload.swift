internal import Bytes
internal import Reactor
internal import TLS
internal import Telemetry

extension Conductor {
    /// Reads the file anew and puts it in force: all of it or nothing.
    /// - Parameter isDryRun: only says what would change.
    func reload(reason: String, isDryRun: Bool = false) async -> ReloadReport {
        while isReloading { await loop.sleep(for: 5_000_000) }
        isReloading = true
        defer { isReloading = false }
        let current = core.box.snapshot
        let (reader, builder) = (reader, builder)
        let outcome = await OffLoop.run("reload") { Self.prepare(reader, builder) }
        switch outcome {
        case .failure(let failure): return refuse(failure.messages, current, reason: reason, isDryRun: isDryRun)
        case .success(let prepared):
            let changes = prepared.configuration.changes(from: current.configuration)
            let warnings = prepared.configuration.warnings.map(\.description)
            if isDryRun {
                return ReloadReport(
                    result: .valid, generation: current.generation, changes: changes, warnings: warnings)
            }
            do {
                try apply(prepared)
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
        _ reader: ConfigurationReader, _ builder: SnapshotBuilder
    ) -> Result<SnapshotBuilder.Prepared, ConfigurationReader.Failure> {
        do throws(ConfigurationReader.Failure) {
            let configuration = try reader.read()
            do {
                return .success(try builder.prepare(configuration))
            } catch {
                return .failure(ConfigurationReader.Failure(messages: ["\(reader.path): error: \(error)"]))
            }
        } catch {
            return .failure(error)
        }
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
    private func apply(_ prepared: SnapshotBuilder.Prepared) throws {
        let tls = try prepared.makeServerContext(ring)
        let configuration = prepared.configuration
        let before = core.box.snapshot.configuration.listen
        let added = try bindAdded(configuration.listen, before: before)
        let snapshot = builder.build(prepared, generation: core.box.snapshot.generation + 1, now: loop.now)
        core.box.publish(snapshot)
        core.state.didLoad()
        core.state.certificates = tls.certificates.map { (name: $0.subject, notAfter: $0.notAfter) }
        for unit in units { unit.perform { $0.adopt(tls: tls, configuration) } }
        listen(added)
        closeRemoved(configuration.listen, before: before)
        registry.retain(Set(configuration.services.map(\.name)))
        core.metrics.retain(
            routes: Set(configuration.routes.map(\.name)), services: Set(configuration.services.map(\.name)))
        applyProcesses()
        updateChecks()
    }

    // MARK: Watching

    /// Looks for changes of the file and of the files that it names: told by the kernel, and every two seconds by content,
    /// because not every file system tells.
    func watchFiles() async {
        let folder = reader.path.lastIndex(of: "/").map { String(reader.path[...$0]) } ?? "."
        let watch = try? DirectoryWatch(path: folder, loop: loop)
        let pause = Sleeper(loop: loop)
        var known = await fingerprint()
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
