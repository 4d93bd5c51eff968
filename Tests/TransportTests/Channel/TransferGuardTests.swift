import Bytes
import Testing

@testable import Transport

@Suite struct TransferGuardTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)
    private let second: Nanoseconds = 1_000_000_000
    private let limits = TransferLimits(idleTimeout: 30_000_000_000, minimumRate: 100, grace: 10_000_000_000)

    @Test func `streams of messages may pause, and need no rate`() {
        var transfer = TransferGuard()
        transfer.longestPause = 300 * second
        transfer.didWait(from: start, to: start + 1000 * second)
        #expect(transfer.deadline(from: start, limits: limits) == start + 300 * second)
    }

    @Test func `a wait ends at the pause or when the rate would fall too low, whichever is first`() {
        var transfer = TransferGuard()
        #expect(transfer.deadline(from: start, limits: limits) == start + 10 * second)
        transfer.didMove(500)
        #expect(transfer.deadline(from: start, limits: limits) == start + 15 * second)
        transfer.didMove(100_000)
        #expect(transfer.deadline(from: start, limits: limits) == start + 30 * second)
    }

    @Test func `only waiting for the peer uses up its time`() {
        var transfer = TransferGuard()
        transfer.didWait(from: start, to: start + 4 * second)
        // An hour that is ours passes.
        let later = start + 3600 * second
        #expect(transfer.deadline(from: later, limits: limits) == later + 6 * second)
        transfer.didWait(from: later, to: later + 6 * second)
        #expect(transfer.deadline(from: later, limits: limits) == later)
        transfer.didWait(from: later, to: later + 60 * second)
        #expect(transfer.deadline(from: later, limits: limits) == later)
        transfer.didMove(7000)
        #expect(transfer.deadline(from: later, limits: limits) == later + 10 * second)
    }

    @Test func `a crawl ends after its grace, whatever the pauses`() {
        var transfer = TransferGuard()
        var now = start
        var moved = 0
        while transfer.deadline(from: now, limits: limits) > now + second / 10 {
            // Half the rate that is asked for.
            transfer.didMove(5)
            transfer.didWait(from: now, to: now + second / 10)
            now = now + second / 10
            moved += 5
        }
        #expect(now - start >= 17 * second && now - start <= 20 * second)
        #expect(moved < 1100)
    }

    @Test func `without a rate only the pause counts, and nothing overflows`() {
        var limits = limits
        limits.minimumRate = 0
        var transfer = TransferGuard()
        transfer.didWait(from: Instant(nanoseconds: 0), to: .never)
        #expect(transfer.deadline(from: start, limits: limits) == start + 30 * second)
        limits.minimumRate = 1
        limits.grace = .max
        transfer.didMove(.max)
        transfer.didMove(.max)
        #expect(transfer.deadline(from: start, limits: limits) == start + 30 * second)
        limits.idleTimeout = .max
        #expect(transfer.deadline(from: start, limits: limits) == .never)
        transfer.didWait(from: Instant(nanoseconds: 0), to: .never)
        #expect(transfer.deadline(from: .never, limits: limits) == .never)
    }
}
