import Bytes
import Reactor
import Testing

@testable import Gateway

@Suite struct ProcessLifeTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)
    private let second = Nanoseconds(1_000_000_000)

    private func life(_ restart: ProcessDefinition.Restart = .always) -> ProcessLife {
        ProcessLife(restart: restart, backoff: RestartBackoff())
    }

    @Test func `the waits double from a tenth of a second to thirty seconds`() {
        var life = life()
        var now = start
        var waits: [Double] = []
        for _ in 0..<11 {
            life.started(pid: 7, now: now)
            guard case .pause(let until) = life.exited(.code(1), now: now) else { break }
            waits.append(Double(until - now) / 1e9)
            now = until
            #expect(life.resume() == .start)
        }
        #expect(waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30])
        #expect(life.restarts == 11)
    }

    @Test func `three early ends in a row are a crash loop, which a good run ends`() {
        var life = life()
        for count in 1...3 {
            life.started(pid: 7, now: start)
            _ = life.exited(.signal(11), now: start + second)
            #expect(life.isCrashLooping == (count == 3))
            _ = life.resume()
        }
        life.started(pid: 7, now: start)
        #expect(life.isCrashLooping)
        life.ranWell()
        #expect(!life.isCrashLooping)
        let now = start + 11 * second
        #expect(life.exited(.code(1), now: now) == .pause(until: now + second / 10))
    }

    @Test(arguments: [
        (ProcessDefinition.Restart.always, Int32(0), true), (.always, 1, true), (.onFailure, 0, false),
        (.onFailure, 1, true), (.never, 0, false), (.never, 1, false),
    ])
    func `the restart rule decides what follows an exit`(rule: ProcessDefinition.Restart, code: Int32, again: Bool) {
        var life = life(rule)
        life.started(pid: 7, now: start)
        let step = life.exited(.code(code), now: start)
        #expect((step == .finish) == !again)
        #expect((life.state == .stopped) == !again)
    }

    @Test func `a start that fails is tried again, unless nothing is ever restarted`() {
        var again = life()
        #expect(again.failedToStart(now: start) == .pause(until: start + second / 10))
        var never = life(.never)
        #expect(never.failedToStart(now: start) == .finish)
    }

    @Test func `stopping is told once, and nothing is started after it`() {
        var running = life()
        running.started(pid: 7, now: start)
        #expect(running.stop() == .terminate)
        #expect(running.stop() == .wait)
        #expect(running.pid == 7)
        #expect(running.exited(.signal(15), now: start) == .finish)
        #expect(running.stop() == .wait)

        var waiting = life()
        waiting.started(pid: 7, now: start)
        _ = waiting.exited(.code(1), now: start)
        #expect(waiting.stop() == .wake)
        #expect(waiting.resume() == .finish)

        var fresh = life()
        #expect(fresh.stop() == .wake)
        #expect(fresh.begin() == .finish)
    }
}
