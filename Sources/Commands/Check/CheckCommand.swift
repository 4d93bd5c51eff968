import CLI
import Gateway

/// `gateway check`: says everything that is wrong with a configuration, and whether it could be put in force.
enum CheckCommand {
    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        let file = invocation.positionals.first ?? invocation.value("config") ?? CommandContext.defaultFile
        let configuration: Configuration
        do { configuration = try context.load(file) } catch { return error.outcome }

        let report = DiagnosticReport(configuration.warnings, file: file)
        var outcome = CommandOutcome(errors: report.lines(context.errorStyle))
        let problems = configuration.problems(reading: context.environment)
        guard problems.isEmpty else {
            let word = context.errorStyle.red("error:")
            outcome.errors += problems.map { "\(file): \(word) \($0)\n" }.joined()
            outcome.errors += "\(file): \(problems.count) error\(problems.count == 1 ? "" : "s")\n"
            outcome.exitCode = 1
            return outcome
        }
        var summary = [
            amount(configuration.routes.count, "route"), amount(configuration.services.count, "service"),
        ]
        if !configuration.tests.isEmpty { summary.append(amount(configuration.tests.count, "test") + " passed") }
        if !configuration.warnings.isEmpty { summary.append(report.count) }
        outcome.output = "\(file): \(context.outputStyle.green("good")), \(summary.joined(separator: ", "))\n"
        return outcome
    }

    private static func amount(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
