import ServiceKit
import Telemetry

/// Takes checkouts through their steps.
struct CheckoutRunner: Sendable {
    let store: OrderStore
    let journal: CheckoutJournal
    let inventory: InventoryClient
    let carts: CartClient
    let payments: any PaymentProvider
    let logger: Logger
    let now: @Sendable () -> Int64

    /// On whose behalf a checkout goes on.
    struct Effort: Sendable {
        /// Held as long as it lasts.
        let lease: Int64
        /// The request that placed the order; nil for one that goes on after a crash or a wait.
        let request: ServiceRequest?

        var isResumed: Bool { request == nil }
    }

    /// Takes a checkout as far as it goes now.
    ///
    /// - Returns: what has become of the order.
    func run(_ checkout: Checkout, _ effort: Effort) async throws -> Order {
        var checkout = checkout
        do {
            while try await advance(&checkout, effort) {}
            return checkout.order
        } catch is CheckoutJournal.Taken {
            // Somebody else went on with it: whoever cancelled it, for example.
            return try await store.order(checkout.order.id)
        }
    }

    /// Takes one step.
    ///
    /// - Returns: false when the next one has to wait, or when there is none.
    private func advance(_ checkout: inout Checkout, _ effort: Effort) async throws -> Bool {
        var next = checkout
        do {
            switch checkout.step {
            case .reserving: next = try await reserve(checkout, effort)
            case .charging: next = try await charge(checkout, effort)
            case .completing: next = try await complete(checkout)
            case .undoing: next = try await undo(checkout)
            case .done: return false
            }
        } catch let error as Unavailable {
            next = checkout
            next.attempts += 1
            logger.warning(
                "a checkout waits",
                [
                    "order": .integer(Int(checkout.order.id)), "step": .string(checkout.step.rawValue),
                    "attempts": .integer(Int(next.attempts)), "error": .string(error.reason),
                ])
        }
        let waits = next.step == checkout.step
        checkout = try await journal.save(
            next, after: checkout, lease: effort.lease, delay: waits ? checkout.delay : 0)
        return !waits
    }

    private func reserve(_ checkout: Checkout, _ effort: Effort) async throws -> Checkout {
        let stock: InventoryClient.Stock
        do throws(Unavailable) {
            stock = try await inventory.reserve(checkout, for: effort.request)
        } catch {
            return checkout.failed(CheckoutFailure(.unreachable, "The stock cannot be asked for now; try again."))
        }
        switch stock {
        case .held:
            var next = checkout
            next.step = .charging
            next.order.payment = .pending
            return next
        case .lacking(let items):
            return checkout.failed(CheckoutFailure(.outOfStock, "There is not enough of it in stock.", items: items))
        case .released: return checkout.failed(.released)
        }
    }

    private func charge(_ checkout: Checkout, _ effort: Effort) async throws -> Checkout {
        if effort.isResumed {
            guard now() - checkout.order.created < Checkout.patience else {
                return checkout.failed(
                    CheckoutFailure(.unanswered, "The payment provider did not say in time that it was paid."))
            }
            // It may have been long since: the pieces are kept for another while.
            guard try await inventory.reserve(checkout, for: nil) == .held else { return checkout.failed(.released) }
        }
        var next = checkout
        switch try await payment(for: checkout, effort) {
        case nil:
            return checkout.failed(
                CheckoutFailure(.unreachable, "The payment provider cannot be reached now; try again."))
        case .charged?:
            next.step = .completing
            next.order.payment = .charged
            next.order.status = .paid
        case .declined?, .refunded?, .void?:
            next.order.payment = .declined
            return next.failed(CheckoutFailure(.declined, "The payment was declined."))
        case .processing?:
            next.attempts += 1
            next.order.status = .pendingPayment
        }
        return next
    }

    /// What comes of the payment; nil when nobody was reached who could say, at the first try.
    private func payment(for checkout: Checkout, _ effort: Effort) async throws(Unavailable) -> Payment? {
        do throws(PaymentError) {
            if effort.isResumed, let known = try await payments.find(checkout.reference) { return known }
            return try await payments.charge(
                checkout.reference, checkout.order.total, token: checkout.paymentToken)
        } catch {
            switch error {
            case .timedOut: return .processing
            case .unreachable where effort.isResumed: throw Unavailable("the payment provider cannot be reached")
            case .unreachable: return nil
            }
        }
    }

    private func complete(_ checkout: Checkout) async throws -> Checkout {
        // No deadline of a request ends this: it was paid.
        guard try await inventory.commit(checkout.reference) else { return checkout.failed(.released) }
        if !checkout.cartItems.isEmpty {
            try await carts.remove(checkout.cartItems, of: checkout.order.buyer)
        }
        var next = checkout
        next.step = .done
        return next
    }

    private func undo(_ checkout: Checkout) async throws -> Checkout {
        var next = checkout
        if [.pending, .charged].contains(checkout.order.payment) {
            do throws(PaymentError) {
                switch try await payments.refund(checkout.reference) {
                case .refunded: next.order.payment = .refunded
                case .declined: next.order.payment = .declined
                case .void: next.order.payment = .none
                case .charged, .processing: throw .unreachable
                }
            } catch {
                throw Unavailable("the payment cannot be undone now")
            }
        }
        try await inventory.release(checkout.reference)
        next.step = .done
        return next
    }
}

extension CheckoutFailure {
    fileprivate static let released = CheckoutFailure(.released, "The stock was not kept for long enough.")
}
