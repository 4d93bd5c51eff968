import Foundation

/// Holds up threads until it is opened, and counts how many work behind it at once.
final class Gate: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpen = false
    private var inside = 0
    private var most = 0

    var mostAtOnce: Int { condition.withLock { most } }

    func pass() {
        condition.withLock {
            inside += 1
            most = max(most, inside)
            while !isOpen { condition.wait() }
            inside -= 1
        }
    }

    func open() {
        condition.withLock {
            isOpen = true
            condition.broadcast()
        }
    }
}
