import CLI
import Testing

@Suite struct TableTests {
    private func makeTable() -> Table {
        var table = Table(["ROUTE", Table.Column("HEALTHY", isRightAligned: true), "NOTE"])
        table.add(["orders", "2/2"])
        table.add(["é", Table.Cell("10/12", .yellow), "a\u{1B}[1mb"])
        return table
    }

    @Test func `columns line up and control characters do not get through`() {
        #expect(
            makeTable().render(Style(isEnabled: false)) == """
                ROUTE   HEALTHY  NOTE
                orders      2/2
                é         10/12  a?[1mb

                """)
    }

    @Test func `looks do not disturb the columns`() {
        let lines = makeTable().render(Style(isEnabled: true)).split(separator: "\n")
        #expect(lines[2].contains("é         \u{1B}[33m10/12\u{1B}[0m  a"))
    }

    @Test func `a style that is off changes nothing`() {
        #expect(Style(isEnabled: false).red("x") == "x")
        #expect(Style(isEnabled: true).red("x") == "\u{1B}[31mx\u{1B}[0m")
    }
}
