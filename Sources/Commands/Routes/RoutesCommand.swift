import CLI
import Gateway

/// `gateway routes`: the effective table.
enum RoutesCommand {
    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        let configuration: Configuration
        do {
            configuration = try context.load(invocation.value("config") ?? CommandContext.defaultFile)
        } catch {
            return error.outcome
        }
        let tables = [
            table(Configuration.routeColumns, configuration.routeRows),
            table(Configuration.serviceColumns, configuration.serviceRows),
        ]
        return CommandOutcome(output: tables.map { $0.render(context.outputStyle) }.joined(separator: "\n"))
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> Table {
        var table = Table(columns.map { Table.Column($0) })
        for row in rows { table.add(row.map { Table.Cell($0) }) }
        return table
    }
}
