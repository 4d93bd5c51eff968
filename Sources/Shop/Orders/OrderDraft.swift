import ServiceKit

/// An order that is to be placed.
struct OrderDraft: Hashable, Input {
    /// What is bought, each product once; nil for what is in the buyer's cart.
    let lines: [OrderLine]?
    let paymentToken: String?
    let customerName: String?

    /// An empty body asks for the checkout of the cart.
    static var isOptional: Bool { true }

    init(_ form: inout Form) {
        let product = form.optionalInteger("product_id", OrderLine.products)
        let quantity = form.optionalInteger("quantity", OrderLine.quantities)
        let items = form.optionalList("items", 1...OrderLine.most, of: OrderLine.self)
        paymentToken = form.optionalText("payment_token", 1...200)
        customerName = form.optionalText("customer_name", 1...200)
        switch (product, quantity, items) {
        case (let product?, let quantity?, nil): lines = [OrderLine(product: product, quantity: quantity)]
        case (nil, nil, let items): lines = items.map(OrderLine.merged)
        case (_?, nil, nil):
            form.refuse("quantity", "is required")
            lines = nil
        case (nil, _?, nil):
            form.refuse("product_id", "is required")
            lines = nil
        case (let product, _, _?):
            form.refuse(product == nil ? "quantity" : "product_id", "cannot stand beside items")
            lines = nil
        }
    }
}

/// An order for one product, with the name of whoever gets it.
struct NamedOrderDraft: Hashable, Input {
    let line: OrderLine
    let paymentToken: String?
    let customerName: String

    init(_ form: inout Form) {
        line = OrderLine(&form)
        customerName = form.text("customer_name", 1...200)
        paymentToken = form.optionalText("payment_token", 1...200)
    }
}

/// Some pieces of one product that are to be bought.
struct OrderLine: Hashable, Input {
    static let products: ClosedRange<Int64> = 1...Int64.max
    static let quantities: ClosedRange<Int64> = 1...10_000
    /// The most of them in one order.
    static let most = 100

    let product: Int64
    let quantity: Int64

    init(product: Int64, quantity: Int64) {
        self.product = product
        self.quantity = quantity
    }

    init(_ form: inout Form) {
        product = form.integer("product_id", Self.products)
        quantity = form.integer("quantity", Self.quantities)
    }

    /// Each product once, in the order in which they first come.
    static func merged(_ lines: [OrderLine]) -> [OrderLine] {
        var quantities: [Int64: Int64] = [:]
        for line in lines { quantities[line.product, default: 0] += line.quantity }
        return lines.compactMap { line in
            quantities.removeValue(forKey: line.product).map { OrderLine(product: line.product, quantity: $0) }
        }
    }
}

/// What is to become of an order.
struct StatusChange: Hashable, Input {
    let status: OrderStatus

    init(_ form: inout Form) { status = form.choice("status", OrderStatus.self) }
}
