import Foundation
import Synchronization

/// Processes and folders that are to go with the test run, however it ends: those of fixtures live until then.
enum Leftovers {
    private struct State {
        var processes: Set<pid_t> = []
        var folders: Set<String> = []
    }

    private static let state = Mutex(State())

    private static let atExit: Void = {
        atexit {
            let left = Leftovers.state.withLock { $0 }
            left.processes.forEach { kill($0, SIGKILL) }
            left.folders.forEach { try? FileManager.default.removeItem(atPath: $0) }
        }
    }()

    static func add(process: pid_t) {
        atExit
        state.withLock { _ = $0.processes.insert(process) }
    }

    static func remove(process: pid_t) {
        state.withLock { _ = $0.processes.remove(process) }
    }

    static func add(folder: String) {
        atExit
        state.withLock { _ = $0.folders.insert(folder) }
    }

    static func remove(folder: String) {
        state.withLock { _ = $0.folders.remove(folder) }
    }
}
