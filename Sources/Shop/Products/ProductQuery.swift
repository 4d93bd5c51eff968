import SQLite
import ServiceKit

/// Which products are listed, and in what order.
struct ProductQuery: Sendable {
    let search: String?
    let category: String?
    let sort: Sort
    let isDescending: Bool
    let page: Page

    /// What products can be sorted by; ties are in the order of ids.
    enum Sort: String, CaseIterable, Sendable {
        case id, name, price, category
        case created = "created_at"

        /// The column that sorts. Names sort without regard to letter case.
        var column: SQL {
            switch self {
            case .id: "id"
            case .name: "name_key"
            case .price: "price"
            case .category: "category_key"
            case .created: "created"
            }
        }

        var isText: Bool { self == .name || self == .category }
    }

    /// Reads `search`, `category`, `sort`, `order`, `limit` and `cursor`.
    ///
    /// - Parameter category: the category that the path names, if it does.
    /// - Throws: 400 with every parameter that is wrong.
    init(_ parameters: Parameters, category: String? = nil) throws(Problem) {
        var form = Form(parameters)
        search = form.optionalText("search", 0...200).flatMap { $0.isEmpty ? nil : $0 }
        self.category = category ?? form.optionalText("category", 0...100).flatMap { $0.isEmpty ? nil : $0 }
        let sortName = form.optionalText("sort", 1...20) ?? Sort.id.rawValue
        if Sort(rawValue: sortName) == nil {
            form.refuse("sort", "must be one of \(Sort.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        sort = Sort(rawValue: sortName) ?? .id
        let order = (form.optionalText("order", 1...4) ?? "asc").lowercased()
        if order != "asc", order != "desc" { form.refuse("order", "must be asc or desc") }
        isDescending = order == "desc"
        page = Page(&form, order: "\(sort.rawValue) \(order)")
        if sort.isText == false, let start = page.start, Int64(start.key) == nil {
            form.refuse("cursor", "is not a cursor of this list")
        }
        try form.check()
    }

    /// The statement, and the values that it needs.
    var statement: (sql: SQL, values: [Value]) {
        var conditions: [SQL] = []
        var values: [Value] = []
        if let search {
            conditions.append("(instr(name_key, ?) OR instr(category_key, ?))")
            values += [.text(folded(search)), .text(folded(search))]
        }
        if let category {
            conditions.append("category_key = ?")
            values.append(.text(folded(category)))
        }
        if let start = page.start {
            conditions.append("(" + sort.column + ", id) " + (isDescending ? "<" : ">") + " (?, ?)")
            values += [sort.isText ? .text(start.key) : .integer(Int64(start.key)), .integer(start.id)]
        }
        var sql: SQL = "SELECT " + Product.columns + " FROM products"
        for (index, condition) in conditions.enumerated() { sql = sql + (index == 0 ? " WHERE " : " AND ") + condition }
        let direction: SQL = isDescending ? " DESC" : ""
        sql = sql + " ORDER BY " + sort.column + direction + ", id" + direction + " LIMIT ?"
        // One more tells whether there is a next page.
        values.append(.integer(Int64(page.limit + 1)))
        return (sql, values)
    }

    /// The place behind `product`.
    func position(of product: Product) -> Page.Position {
        let key =
            switch sort {
            case .id: String(product.id)
            case .name: folded(product.name)
            case .price: String(product.price.minorUnits)
            case .category: folded(product.category)
            case .created: String(product.created)
            }
        return Page.Position(order: "\(sort.rawValue) \(isDescending ? "desc" : "asc")", key: key, id: product.id)
    }
}
