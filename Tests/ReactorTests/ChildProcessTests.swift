import Bytes
import Reactor
import Testing

@Suite struct ChildProcessTests {
    private func start(_ command: [String], inherited: [UInt8]? = nil, on loop: EventLoop) throws -> ChildProcess {
        try ChildProcess(
            ProcessSpecification(command: command, environment: ["GREETING": "hello"], inherited: inherited), on: loop)
    }

    private func readAll(_ watcher: Watcher) async -> String {
        var buffer = ByteBuffer()
        while true {
            // A pipe is no socket: it is read through the process's own descriptor.
            switch watcher.readPipe(into: &buffer) {
            case .bytes: continue
            case .wouldBlock: _ = await watcher.waitReadable(until: .never)
            case .end, .failed: return buffer.readable.text
            }
        }
    }

    @Test func `a child has its own environment, output and exit code`() async throws {
        try await onLoop { loop in
            let child = try start(["/bin/sh", "-c", "echo $GREETING; echo oops >&2; exit 3"], on: loop)
            #expect(await readAll(child.output) == "hello\n")
            #expect(await readAll(child.errors) == "oops\n")
            #expect(await child.waitForExit() == .code(3))
            child.closeOutput()
        }
    }

    @Test func `a secret is inherited as descriptor 3 and nothing else is`() async throws {
        try await onLoop { loop in
            let child = try start(
                ["/bin/sh", "-c", "cat <&3; ls /proc/self/fd | wc -l"], inherited: Array("sesame ".utf8), on: loop)
            // Standard input, output, error, the secret, and the directory that ls reads.
            #expect(await readAll(child.output) == "sesame 5\n")
            _ = await child.waitForExit()
            child.closeOutput()
        }
    }

    @Test func `a killed child reports the signal, and its group dies with it`() async throws {
        try await onLoop { loop in
            let child = try start(["/bin/sh", "-c", "sleep 1000 & echo started; wait"], on: loop)
            _ = await child.output.waitReadable(until: .never)
            child.sendToGroup(9)
            #expect(await child.waitForExit() == .signal(9))
            // The pipe ends only when every process that holds it is gone.
            #expect(await readAll(child.output) == "started\n")
            child.closeOutput()
        }
    }

    @Test func `a program that does not exist is an error`() async throws {
        try await onLoop { loop in
            #expect(throws: SystemError(call: "posix_spawn", code: 2)) {
                _ = try start(["/does/not/exist"], on: loop)
            }
        }
    }
}
