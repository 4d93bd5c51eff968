import SQLite
import ServiceKit

/// Which products are listed, and in what order.
struct ProductQuery: Input {
    let search: String?
    private(set) var category: String?
    /// Only these, for those who know which they want.
    let ids: [Int64]?
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

    init(_ form: inout Form) {
        search = form.optionalText("search", 0...200).flatMap { $0.isEmpty ? nil : $0 }
        category = form.optionalText("category", 0...100).flatMap { $0.isEmpty ? nil : $0 }
        ids = form.optionalIntegers("ids", 0...ProductDirectory.limit)
        sort = form.optionalChoice("sort", Sort.self) ?? .id
        let order = form.optionalChoice("order", Order.self) ?? .ascending
        isDescending = order == .descending
        page = Page(&form, order: "\(sort.rawValue) \(order.rawValue)")
        if sort.isText == false, let start = page.start, Int64(start.key) == nil {
            form.refuse("cursor", "is not a cursor of this list")
        }
    }

    /// The same within a category that the path names.
    func within(_ category: String) -> ProductQuery {
        var query = self
        query.category = category
        return query
    }

    private enum Order: String, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
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
        if let ids {
            conditions.append("id IN (SELECT value FROM json_each(?))")
            values.append(.text("[" + ids.map(String.init).joined(separator: ",") + "]"))
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
