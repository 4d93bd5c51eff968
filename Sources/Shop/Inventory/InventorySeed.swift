/// Stock of the products that `products` has to try things with.
enum InventorySeed {
    static let levels = [
        StockDraft(product: 1, quantity: 25), StockDraft(product: 2, quantity: 40),
        StockDraft(product: 3, quantity: 60), StockDraft(product: 4, quantity: 200),
        StockDraft(product: 5, quantity: 35), StockDraft(product: 6, quantity: 80),
        StockDraft(product: 7, quantity: 500), StockDraft(product: 8, quantity: 12),
    ]
}
