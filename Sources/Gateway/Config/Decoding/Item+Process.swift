extension Item {
    /// The process of a service with a `handler` or a `run`.
    func process(_ object: ObjectItem, kind: ConfigurationKey) -> ServiceDefinition.Source? {
        guard let item = object[kind] else { return nil }
        object["tls"]?.error("\"tls\" is for targets; processes are reached over loopback or a Unix socket")
        var process: ProcessDefinition
        if kind == "handler" {
            guard let handler = item.name("handler") else { return nil }
            process = ProcessDefinition(program: .handler(handler))
        } else {
            guard let command = item.command() else { return nil }
            process = ProcessDefinition(program: .command(command))
            object["database"]?.error("\"database\" is for handlers", suggestion: "pass it to the command in \"env\"")
        }
        object.read("instances", into: &process.instances) { $0.integer(in: 1...64) }
        object.read("port", into: &process.port) { $0.integer(in: 1...65_535).map { UInt16($0) } }
        object.read("database", into: &process.database) { $0.filePath() }
        readProcess(object, into: &process)
        if case .object = item.node.kind, let run = item.object(Keys.run) { item.readProcess(run, into: &process) }
        check(process, port: object["port"], program: item)
        return .process(process)
    }

    private func readProcess(_ object: ObjectItem, into process: inout ProcessDefinition) {
        object.read("restart", into: &process.restart) {
            $0.choice("restart rule", ["always": .always, "on-failure": .onFailure, "never": .never])
        }
        object.read("stopTimeout", into: &process.stopTimeout) { $0.duration() }
        object.read("directory", into: &process.workingDirectory) { $0.filePath() }
        guard let variables = object["env"]?.environmentVariables() else { return }
        process.environment.removeAll { old in variables.contains { $0.name == old.name } }
        process.environment += variables
    }

    private func command() -> [String]? {
        var item = self
        if case .object = node.kind {
            guard let found = object(Keys.run)?["command"] else {
                error(
                    "a \"run\" needs a \"command\"",
                    suggestion: "such as [\"python3\", \"app.py\", \"--port\", \"{port}\"]")
                return nil
            }
            item = found
        }
        guard let words = item.elements() else { return nil }
        if words.isEmpty { item.error("the command is empty") }
        let command = words.compactMap { $0.string() }
        return command.isEmpty || command.count < words.count ? nil : command
    }

    private func environmentVariables() -> [EnvironmentVariable]? {
        entries()?.compactMap { entry in
            if entry.key.isEmpty || entry.key.contains("=") {
                entry.keyError("\"\(entry.key)\" is not the name of an environment variable")
                return nil
            }
            return entry.item.textOrFile().map { EnvironmentVariable(name: entry.key, value: $0) }
        }
    }

    private func check(_ process: ProcessDefinition, port: Item?, program: Item) {
        if let first = process.port, Int(first) + process.instances - 1 > 65_535 {
            port?.error("\(process.instances) instances do not fit above port \(first)")
        }
        guard case .command(let words) = process.program else { return }
        let texts = words + process.environment.map(\.value.value)
        let isTold = texts.contains { $0.contains("{port}") || $0.contains("{socket}") }
        if !isTold, process.port == nil || process.instances > 1 {
            program.error(
                "the command is not told where to listen",
                suggestion: "pass {port} or {socket} in \"command\" or \"env\"")
        }
    }

    /// A name that can stand in logs, labels and file names.
    func name(_ what: String) -> String? {
        guard let text = nonEmptyString() else { return nil }
        if let problem = Names.problem(with: text, what: what) {
            error(problem)
            return nil
        }
        return text
    }
}

/// Names of routes, services, handlers and token profiles.
enum Names {
    /// What is wrong with a name, nil when nothing is.
    static func problem(with name: String, what: String) -> String? {
        let isFit =
            (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
                    || "._-".utf8.contains(byte)
            }
        return isFit ? nil : "\"\(name)\" is not a \(what) name: up to 64 letters, digits, '.', '_' and '-'"
    }
}
