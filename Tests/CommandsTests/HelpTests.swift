import Testing

@testable import CLI
@testable import Commands

@Suite struct HelpTests {
    private let context = Fixture.context()

    @Test func `help lists every command that can be run`() {
        let outcome = GatewayCommand.run(["--help"], in: context)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.isEmpty)
        for command in GatewayCommand.declaration.subcommands {
            #expect(outcome.output.contains("\n  \(command.name) "))
            #expect(outcome.output.contains(command.summary))
        }
        #expect(!outcome.output.contains("exec-child"))
    }

    @Test func `every command has help of its own`() {
        for command in GatewayCommand.declaration.subcommands {
            let outcome = GatewayCommand.run([command.name, "--help"], in: context)
            #expect(outcome.exitCode == 0)
            #expect(outcome.output.contains("Usage: gateway \(command.name)"))
        }
    }

    @Test func `the version is told`() {
        #expect(GatewayCommand.run(["--version"], in: context).output == "gateway 0.1.0\n")
    }

    @Test(arguments: [
        (["tokn"], "did you mean token?"), (["check", "--confg", "x"], "did you mean --config?"),
        (["serve", "--thread", "2"], "did you mean --threads?"), (["serve", "--threads", "many"], "a whole number"),
        (["token"], "--sub is required"), ([], "a command is missing"), (["routes", "x"], "unexpected argument"),
    ])
    func `a wrong command line is told with what was meant`(arguments: [String], hint: String) {
        let outcome = GatewayCommand.run(arguments, in: context)
        #expect(outcome.exitCode == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
    }
}
