import CLI
import Gateway

/// `gateway reload`: asks the running gateway, and says what it answered.
enum ReloadCommand {
    /// A reload resolves names and reads files; the gateway that takes longer has a problem worth telling.
    private static let patience: Int64 = 30_000

    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        do throws(CommandFailure) {
            let address = try address(invocation, in: context)
            let answer: AdminAnswer
            do {
                answer = try AdminClient(address: address, patience: patience).post("/reload")
            } catch {
                throw CommandFailure(outcome: .failure(explain(error, address, invocation), in: context))
            }
            guard let reload = ReloadAnswer(answer.body) else {
                return .failure("\(address) answered \(answer.status), and not as a gateway does", in: context)
            }
            return describe(reload, in: context)
        } catch {
            return error.outcome
        }
    }

    private static func address(
        _ invocation: Invocation, in context: CommandContext
    ) throws(CommandFailure) -> ListenAddress {
        if let text = invocation.value("admin") {
            if let address = ListenAddress(text) { return address }
            throw CommandFailure(
                outcome: .usage("--admin must be like 127.0.0.1:9901 or unix:/path, not \"\(text)\"", in: context))
        }
        let file = invocation.value("config") ?? CommandContext.defaultFile
        let bytes = try context.read(file)
        let found: ListenAddress?
        do {
            found = try ListenSettings.adminAddress(in: bytes, file: file, environment: context.environment)
        } catch {
            throw CommandFailure(outcome: DiagnosticReport(error.diagnostics, file: file).outcome(in: context))
        }
        if let found { return found }
        throw CommandFailure(
            outcome: .failure("\(file) turns the admin address off; send SIGHUP to the gateway instead", in: context))
    }

    private static func explain(_ error: AdminError, _ address: ListenAddress, _ invocation: Invocation) -> String {
        switch error {
        case .unreachable(let reason):
            let advice = invocation.value("admin") == nil ? "; --admin says where, if the file has moved it" : ""
            return "no gateway is running at \(address) (\(reason))\(advice)"
        case .timedOut: return "the gateway at \(address) has not answered in \(patience / 1000) s"
        case .broken(let reason): return "\(address) broke off (\(reason))"
        case .malformed: return "\(address) answered, but not in HTTP: is something else listening there?"
        }
    }

    static func describe(_ answer: ReloadAnswer, in context: CommandContext) -> CommandOutcome {
        let (plain, loud) = (context.outputStyle, context.errorStyle)
        var outcome = CommandOutcome(errors: answer.warnings.map { $0 + "\n" }.joined())
        let changes = answer.changes.map { "  \($0)\n" }.joined()
        switch answer.result {
        case .reloaded:
            let effect = answer.changes.isEmpty ? ", nothing is different" : ":"
            outcome.output = "\(plain.green("reloaded")), generation \(answer.generation) is in force\(effect)\n"
            outcome.output += changes
        case .unchanged:
            outcome.output = "unchanged: generation \(answer.generation) has what the file says\n"
        case .valid:
            outcome.output = "\(plain.green("valid")), and not put in force\n" + changes
            outcome.exitCode = 1
        case .refused:
            outcome.errors += answer.errors.map { $0 + "\n" }.joined()
            outcome.errors += "\(loud.red("refused")): generation \(answer.generation) stays in force\n"
            outcome.exitCode = 1
        }
        return outcome
    }
}
