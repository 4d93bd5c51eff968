import CLI
import Gateway
import Reactor

/// `gateway explain`: what would happen to a request.
enum ExplainCommand {
    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        let from = invocation.value("from") ?? "127.0.0.1"
        guard let peer = InternetAddress(from) else {
            return .usage("--from must be an IP address, not \"\(from)\"", in: context)
        }
        let request: ExplainedRequest
        do {
            request = try ExplainedRequest(
                method: invocation.positionals[0], url: invocation.positionals[1], headers: invocation.list("header"),
                from: peer)
        } catch {
            return .usage(error.message, in: context)
        }
        let configuration: Configuration
        do {
            configuration = try context.load(invocation.value("config") ?? CommandContext.defaultFile)
        } catch {
            return error.outcome
        }
        let explanation = configuration.explain(request, now: context.now)
        return CommandOutcome(output: render(explanation, context.outputStyle))
    }

    static func render(_ explanation: Explanation, _ style: Style) -> String {
        let width = 10
        var text = ""
        for step in explanation.steps {
            let stage = step.stage + String(repeating: " ", count: max(1, width - step.stage.count))
            text += style.bold(stage) + (step.isRefusal ? style.red(step.text) : step.text) + "\n"
        }
        if let upstream = explanation.upstream {
            let isReached = explanation.status == nil
            text += "\n" + style.bold(isReached ? "The service gets" : "Without that, the service would get") + "\n"
            text += upstream.split(separator: "\n").map { "  \($0)\n" }.joined()
        }
        text += others(explanation, style)
        if explanation.upstream != nil {
            text += "\n" + style.dim("Health, breakers and how full buckets are: see /health and /metrics.") + "\n"
        }
        return text
    }

    private static func others(_ explanation: Explanation, _ style: Style) -> String {
        guard !explanation.rivals.isEmpty || explanation.otherRoutes > 0 else { return "" }
        var text = "\n" + style.bold("Other routes") + "\n"
        for rival in explanation.rivals {
            text += "  \(rival.route): \(rival.match) - \(rival.reason)\n"
        }
        if explanation.otherRoutes > 0 {
            let more = explanation.rivals.isEmpty ? "" : " more"
            text += "  \(explanation.otherRoutes)\(more) whose path is another\n"
        }
        return text
    }
}
