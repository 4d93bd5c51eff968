import Testing

@testable import Policy

@Suite struct WindowTests {
    @Test func `a window forgets a bucket at a time`() {
        var window = SlidingWindow(window: seconds(10))
        window.add(3, now: seconds(100))
        window.add(now: seconds(105.5))
        #expect(window.count(now: seconds(105.9)) == 4)
        #expect(window.count(now: seconds(109.9)) == 4)
        #expect(window.count(now: seconds(110)) == 1)
        #expect(window.count(now: seconds(114.9)) == 1)
        #expect(window.count(now: seconds(115)) == 0)
        window.add(now: seconds(115))
        window.reset()
        #expect(window.count(now: seconds(115)) == 0)
    }

    @Test(arguments: 0..<8)
    func `windows agree with a list of times`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var window = SlidingWindow(window: seconds(10))
        let counter = WindowedCounter(loops: 3, clock: WindowClock(window: seconds(10)))
        var times: [Nanoseconds] = []
        var now = seconds(1000)
        var since: Nanoseconds = 0
        for _ in 0..<5000 {
            now += random.next(upperBound: seconds(random.next(upperBound: 50 as UInt64) == 0 ? 12 : 0.3))
            times.append(now)
            window.add(now: now)
            counter.increment(loop: Int(random.next(upperBound: 3 as UInt64)), now: now)
            if random.next(upperBound: 40 as UInt64) == 0 { since = now }
            let second = now / seconds(1)
            let recent = times.suffix { second - $0 / seconds(1) < 10 }
            #expect(window.count(now: now) == recent.count)
            #expect(counter.count(now: now) == recent.count)
            #expect(
                counter.count(now: now, since: since) == recent.suffix { $0 / seconds(1) >= since / seconds(1) }.count)
        }
    }

    @Test func `loops count at once and lose nothing`() {
        let counter = WindowedCounter(loops: 4, clock: WindowClock(window: seconds(10)))
        onThreads(4) { loop in
            for step in 0..<100_000 { counter.increment(loop: loop, now: seconds(50) + UInt64(step) * 50_000) }
        }
        #expect(counter.count(now: seconds(55)) == 400_000)
    }
}

extension Array {
    /// The elements at the end that all satisfy a condition.
    func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !condition($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}

extension ArraySlice {
    func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !condition($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}
