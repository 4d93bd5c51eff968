/// Text in columns that line up.
///
///     ROUTE   SERVICE   HEALTHY
///     orders  orders        2/2
public struct Table: Sendable {
    /// A column.
    public struct Column: Sendable, ExpressibleByStringLiteral {
        let title: String
        let isRightAligned: Bool

        /// - Parameters:
        ///   - title: the heading.
        ///   - isRightAligned: whether the column is flush right, as numbers are.
        public init(_ title: String, isRightAligned: Bool = false) {
            self.title = title
            self.isRightAligned = isRightAligned
        }

        /// A column that is flush left.
        public init(stringLiteral value: String) { self.init(value) }
    }

    /// The text where a row and a column meet.
    public struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let look: Style.Look?

        /// - Parameters:
        ///   - text: one line; control characters in it are shown as `?`.
        ///   - look: how it looks on a terminal.
        public init(_ text: String, _ look: Style.Look? = nil) {
            self.text = String(text.map { $0.isControl ? "?" : $0 })
            self.look = look
        }

        /// A cell with plain text.
        public init(stringLiteral value: String) { self.init(value) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    /// A table with these columns and no rows.
    public init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Whether there are no rows.
    public var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; missing cells are empty.
    public mutating func add(_ cells: [Cell]) {
        precondition(cells.count <= columns.count, "a row has a cell without a column")
        rows.append(cells)
    }

    /// The table as lines, each with its line feed.
    public func render(_ style: Style) -> String {
        let header = columns.map { Cell($0.title, .bold) }
        let widths = columns.indices.map { index in
            ([header] + rows).map { index < $0.count ? $0[index].text.count : 0 }.max() ?? 0
        }
        var lines = ""
        for row in [header] + rows {
            var line = ""
            for (index, cell) in row.enumerated() {
                let isLast = index == row.count - 1
                let padding = String(repeating: " ", count: widths[index] - cell.text.count)
                let text = cell.look.map { style.apply($0, cell.text) } ?? cell.text
                line += columns[index].isRightAligned ? padding + text : isLast ? text : text + padding
                if !isLast { line += "  " }
            }
            lines += line + "\n"
        }
        return lines
    }
}

extension Character {
    fileprivate var isControl: Bool {
        unicodeScalars.contains { $0.value < 0x20 || ($0.value >= 0x7F && $0.value < 0xA0) }
    }
}
