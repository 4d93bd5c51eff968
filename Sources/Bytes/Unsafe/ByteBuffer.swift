/// A growable byte buffer with one readable window: bytes are appended at its end and consumed from its start.
///
/// It owns its memory and is moved, never copied. The window is borrowed as a `Span`. Consuming everything rewinds, so
/// a buffer that is emptied between messages never moves a byte.
@safe
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<UInt8>?
    /// Bytes of memory behind the buffer.
    public private(set) var capacity: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0

    /// An empty buffer that holds no memory until the first append.
    public init() {
        unsafe base = nil
        capacity = 0
    }

    /// An empty buffer with room for `capacity` bytes.
    public init(capacity: Int) {
        unsafe base = capacity > 0 ? .allocate(capacity: capacity) : nil
        self.capacity = capacity
    }

    deinit {
        unsafe base?.deallocate()
    }

    /// How many bytes are readable.
    @inlinable public var count: Int { end - start }

    /// Whether nothing is readable.
    @inlinable public var isEmpty: Bool { end == start }

    /// The readable bytes.
    @inlinable
    public var readable: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(start: base.map { unsafe UnsafePointer($0 + start) }, count: count)
            )
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lends the readable bytes to `body`: for buffers that are properties of a class, whose spans cannot outlive one
    /// access.
    @inlinable
    public borrowing func withReadable<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(readable)
    }

    /// Moves the buffer out and leaves an empty one that holds no memory.
    public mutating func take() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&self, &taken)
        return taken
    }

    /// Drops the first `count` readable bytes.
    @inlinable
    public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "consumed more than is readable")
        start += count
        if start == end { removeAll() }
    }

    /// Drops every readable byte and keeps the memory.
    @inlinable
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Drops readable bytes from the end until `count` are left.
    @inlinable
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= end - start, "truncated to more than is readable")
        end = start + count
    }

    /// Replaces one readable byte: for lengths that come before what they count.
    @inlinable
    public mutating func replace(at index: Int, with byte: UInt8) {
        precondition(index >= 0 && index < end - start, "replaced what is not readable")
        unsafe base![start + index] = byte
    }

    /// Gives the memory back; the buffer stays usable.
    public mutating func releaseStorage() {
        unsafe base?.deallocate()
        unsafe base = nil
        capacity = 0
        removeAll()
    }

    /// Makes room for `count` more bytes behind the readable ones: by moving them to the front, or by growing at least
    /// twofold.
    @inlinable
    public mutating func reserve(_ count: Int) {
        if capacity - end < count { makeRoom(count) }
    }

    @usableFromInline
    mutating func makeRoom(_ room: Int) {
        let used = count
        if capacity - used >= room, let base = unsafe base {
            unsafe base.update(from: base + start, count: used)
        } else {
            let grown = max(capacity * 2, used + room, 256)
            let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
            if let base = unsafe base {
                unsafe memory.update(from: base + start, count: used)
                unsafe base.deallocate()
            }
            unsafe base = memory
            capacity = grown
        }
        start = 0
        end = used
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base![end] = byte
        end += 1
    }

    /// Appends `bytes`.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        let count = bytes.count
        guard count > 0 else { return }
        reserve(count)
        unsafe bytes.withUnsafeBufferPointer { source in
            unsafe (base! + end).update(from: source.baseAddress!, count: count)
        }
        end += count
    }

    /// Appends the UTF-8 of a literal.
    @inlinable
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        reserve(count)
        if count > 0 { unsafe (base! + end).update(from: text.utf8Start, count: count) }
        end += count
    }

    /// Appends the UTF-8 of `text`. Not for the request path: literals go in as `StaticString`.
    public mutating func append(string text: String) {
        reserve(text.utf8.count)
        for byte in text.utf8 { append(byte) }
    }

    /// Appends `value` in decimal digits.
    public mutating func append(decimal value: UInt64) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var rest = value
        var first = 20
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        append(digits.span.extracting(first..<20))
    }

    /// Appends `value` in lowercase hexadecimal digits without leading zeros, at least `minimumDigits` of them.
    public mutating func append(hexadecimal value: UInt64, minimumDigits: Int = 1) {
        let digits = max(minimumDigits, (64 - value.leadingZeroBitCount + 3) / 4, 1)
        for shift in stride(from: (digits - 1) * 4, through: 0, by: -4) {
            append(ASCII.hexDigits[shift < 64 ? Int((value >> UInt64(shift)) & 15) : 0])
        }
    }

    /// Lets `body` write into the free space, of which there are at least `room` bytes, and takes the number of bytes
    /// that it returns as appended. For system calls and C libraries that fill memory.
    @unsafe
    @inlinable
    public mutating func fill<Failure: Error>(
        atLeast room: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) -> Int {
        reserve(room)
        let free = unsafe UnsafeMutableRawBufferPointer(start: base! + end, count: capacity - end)
        let filled = unsafe try body(free)
        precondition(filled >= 0 && filled <= free.count, "filled more than there was room for")
        end += filled
        return filled
    }

    /// Takes over memory that was allocated as bytes; it is deallocated with the buffer.
    @unsafe
    init(adopting memory: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe base = memory
        self.capacity = capacity
    }

    /// Gives up the memory without deallocating it.
    @unsafe
    consuming func surrender() -> (memory: UnsafeMutablePointer<UInt8>?, capacity: Int) {
        let memory = unsafe base
        let size = capacity
        discard self
        return unsafe (memory, size)
    }
}
