public import Bytes

/// What one attempt to read brought.
public enum ReadStep: Equatable, Sendable {
    /// This many bytes were appended.
    case bytes(Int)
    /// Nothing yet: wait until readable.
    case wouldBlock
    /// The peer has sent everything.
    case end
    /// The connection is broken.
    case failed(SystemError)
}

/// What one attempt to write achieved.
public enum WriteStep: Equatable, Sendable {
    /// The kernel took this many bytes.
    case bytes(Int)
    /// It takes nothing now: wait until writable.
    case wouldBlock
    /// The connection is broken.
    case failed(SystemError)
}

extension Watcher {
    /// Receives once into `buffer`, if epoll has said that there is something. A receive that brings less than there was
    /// room for clears the flag: the kernel's queue was empty, and epoll will tell of more.
    public func read(into buffer: inout ByteBuffer, atLeast room: Int) -> ReadStep {
        guard isReadable else { return .wouldBlock }
        do {
            guard let (count, asked) = try Syscalls.receive(descriptor, into: &buffer, atLeast: room) else {
                isReadable = false
                return .wouldBlock
            }
            if count == 0 { return .end }
            // With a hangup pending no further edge will come, so the end has to be read for.
            if count < asked && !isHangup { isReadable = false }
            return .bytes(count)
        } catch {
            return .failed(error)
        }
    }

    /// Reads once from a descriptor that is no socket, such as a pipe.
    public func readPipe(into buffer: inout ByteBuffer) -> ReadStep {
        guard isReadable else { return .wouldBlock }
        do {
            guard let count = try Syscalls.read(descriptor, into: &buffer, atLeast: 4096) else {
                isReadable = false
                return .wouldBlock
            }
            return count == 0 ? .end : .bytes(count)
        } catch {
            return .failed(error)
        }
    }

    /// Sends what the kernel takes of `bytes`, if epoll has not said that it is full.
    public func write(_ bytes: Span<UInt8>) -> WriteStep {
        guard isWritable else { return .wouldBlock }
        do {
            guard let count = try Syscalls.send(descriptor, bytes) else {
                isWritable = false
                return .wouldBlock
            }
            if count < bytes.count { isWritable = false }
            return .bytes(count)
        } catch {
            return .failed(error)
        }
    }

    /// Tells the peer that nothing more will be sent.
    public func shutdownWriting() {
        guard !isClosed else { return }
        Syscalls.shutdownWriting(descriptor)
    }

    /// Makes `close()` send a reset.
    public func resetOnClose() {
        guard !isClosed else { return }
        Syscalls.resetOnClose(descriptor)
    }
}
