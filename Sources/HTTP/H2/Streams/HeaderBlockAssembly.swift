import Bytes

/// Gathers a field block that comes in more than one frame (RFC 9113 section 4.3). Nothing may come between them, and how
/// many there are and how long is bounded (CVE-2024-27316).
struct HeaderBlockAssembly: ~Copyable {
    /// What the HEADERS frame said.
    struct Opening {
        let stream: UInt32
        let isEnd: Bool
        let onItself: Bool
    }

    /// Nil when no block is begun.
    private(set) var opening: Opening?
    private var block = ByteBuffer()
    private var continuations = 0

    init() {}

    /// Begins a block.
    mutating func begin(_ opening: Opening, _ part: Span<UInt8>) {
        self.opening = opening
        continuations = 0
        block.append(part)
    }

    /// Adds a part to the block that is begun.
    mutating func add(_ part: Span<UInt8>, limits: H2Limits) throws(H2Failure) {
        continuations += 1
        guard continuations <= limits.continuations, block.count + part.count <= limits.fieldBlockBytes else {
            throw .calm(.continuationFlood)
        }
        block.append(part)
    }

    /// Hands the block over and holds nothing any more.
    mutating func finish() -> ByteBuffer {
        opening = nil
        return block.take()
    }
}
