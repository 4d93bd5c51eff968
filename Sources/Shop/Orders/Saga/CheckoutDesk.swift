import ServiceKit
import Telemetry

/// Where orders are placed and cancelled, and where those are taken up again that were left lying.
struct CheckoutDesk: Sendable {
    let store: OrderStore
    let journal: CheckoutJournal
    let runner: CheckoutRunner
    let products: ProductDirectory
    let methods: PaymentMethodClient
    let leases: Leases
    let now: @Sendable () -> Int64

    /// How many are taken up again at once.
    private static let width = 16

    /// What somebody wants to buy.
    struct Wish: Sendable {
        /// Nil for what is in the cart.
        let lines: [OrderLine]?
        let paymentToken: String?
        let customerName: String?
    }

    /// Places an order, and takes it as far as it goes now.
    ///
    /// A repetition of a request whose process died finds the order that was placed then, and goes on with that one.
    ///
    /// - Returns: the order, paid or about to be.
    /// - Throws: 402 when it is not paid, 409 when there is not enough in stock, 422 for a product that is not there, 503 when
    ///   another service cannot be asked; then nothing is left of it, or will be soon.
    func place(_ wish: Wish, for request: ServiceRequest) async throws -> Order {
        let buyer = try request.caller().subject
        let requestKey = request.field("idempotency-key").map { request.path + " " + $0 }
        return try await leases.hold { lease in
            let order: Order
            if let requestKey,
                let known = try await store.order(
                    of: buyer, placedBy: requestKey, after: now() - CheckoutJournal.memory)
            {
                order = try await resume(known.id, lease: lease)
            } else {
                let entry = try await entry(for: wish, by: buyer, requestKey, request)
                let checkout = try await journal.begin(entry, lease: lease)
                let effort = CheckoutRunner.Effort(lease: lease, request: request)
                order = try await runner.run(checkout, effort)
            }
            if order.status == .failed, let failure = order.failure { throw failure.problem }
            guard order.status != .pending else { throw Problem.orderIsPending }
            return order
        }
    }

    /// Cancels an order, and gives back what was paid.
    ///
    /// - Throws: 404, 403 when the caller neither bought it nor leads it, or 409 when it is too late or too early.
    func cancel(_ id: Int64, by caller: Caller) async throws -> Order {
        try await leases.hold { lease in
            let checkout = try await journal.cancel(id, lease: lease) { order throws(Problem) in
                guard order.isVisible(to: caller) else { throw .noOrder(id) }
                guard order.buyer == caller.subject || order.isLed(by: caller) else { throw .notYours(id) }
                if order.status == .pending { throw .unsettled(id) }
                if order.status != .cancelled, !order.status.allows(.cancelled) { throw .illegal(order, .cancelled) }
            }
            guard let checkout else { return try await store.order(id) }
            // No deadline of the request ends this: it is cancelled.
            let effort = CheckoutRunner.Effort(lease: lease, request: nil)
            return try await runner.run(checkout, effort)
        }
    }

    /// Goes on with whatever is due: steps that have to be tried again, and all of a process that died.
    func recover() async throws {
        var orders = try await journal.due()[...]
        while !orders.isEmpty {
            let some = orders.prefix(Self.width)
            orders = orders.dropFirst(Self.width)
            await withTaskGroup { group in
                for id in some { group.addTask { await recover(id) } }
            }
        }
    }

    /// One that fails, fails alone.
    private func recover(_ id: Int64) async {
        do {
            _ = try await leases.hold { try await resume(id, lease: $0) }
        } catch {
            runner.logger.error("a checkout cannot go on", ["order": .integer(Int(id)), "error": "\(error)"])
        }
    }

    /// Goes on with a checkout, unless somebody else does or it is over.
    private func resume(_ id: Int64, lease: Int64) async throws -> Order {
        guard let checkout = try await journal.take(id, lease: lease) else { return try await store.order(id) }
        return try await runner.run(checkout, CheckoutRunner.Effort(lease: lease, request: nil))
    }

    /// What a wish costs now, and how it is paid.
    private func entry(
        for wish: Wish, by buyer: String, _ requestKey: String?, _ request: ServiceRequest
    ) async throws -> CheckoutJournal.Entry {
        do {
            let cart = wish.lines == nil ? try await runner.carts.items(for: request) : []
            let items = try await items(for: wish.lines ?? cart.map(\.line), request)
            let token = wish.paymentToken != nil ? wish.paymentToken : try await methods.token(for: request)
            guard let token = token ?? runner.payments.defaultToken else {
                throw Problem(402, "no-payment-method", "Payment required", "Give a payment_token.")
            }
            return CheckoutJournal.Entry(
                buyer: buyer, customerName: wish.customerName, requestKey: requestKey, items: items,
                paymentToken: token, cartItems: cart.map(\.id))
        } catch let error as Unavailable {
            runner.logger.warning("an order cannot be placed", ["error": .string(error.reason)])
            throw Problem.unavailable("Another service cannot be asked now; try again.")
        }
    }

    private func items(for lines: [OrderLine], _ request: ServiceRequest) async throws -> [Order.Item] {
        guard !lines.isEmpty else { throw Problem.emptyCart }
        let entries = try await products.products(lines.map(\.product), for: request)
        var unknown: [Problem.FieldError] = []
        var items: [Order.Item] = []
        for (index, line) in lines.enumerated() {
            guard let entry = entries[line.product] else {
                unknown.append(.init("items[\(index)].product_id", "there is no product \(line.product)"))
                continue
            }
            items.append(
                Order.Item(
                    product: entry.id, name: entry.name, seller: entry.seller, price: entry.price,
                    quantity: line.quantity))
        }
        guard unknown.isEmpty else {
            throw Problem(
                422, "unknown-product", "Unknown product",
                unknown.count == 1 ? "1 item is not for sale." : "\(unknown.count) items are not for sale.",
                errors: unknown)
        }
        guard items.reduce(0, { $0 + $1.total.minorUnits }) <= Money.largest.minorUnits else {
            throw Problem.tooExpensive
        }
        return items
    }
}
