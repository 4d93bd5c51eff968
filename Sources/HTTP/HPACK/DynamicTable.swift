import Bytes

/// The table that grows with the fields that are sent and drops its oldest (RFC 7541 sections 2.3.2 and 4).
///
/// The bytes of all entries lie in one block, the oldest first, which loses from its front what it gets at its end.
/// Decoder and encoder keep a note of their own with each entry.
struct DynamicTable<Note: Sendable>: ~Copyable {
    /// Where one entry lies, and what is kept with it.
    struct Entry {
        /// The position of the name in all that the table ever held, modulo 2^32; the value follows it.
        fileprivate var start: UInt32
        fileprivate var nameLength: UInt32
        fileprivate var valueLength: UInt32
        var note: Note

        fileprivate var length: Int { Int(nameLength) + Int(valueLength) }
    }

    /// What an entry counts beyond its bytes (RFC 7541 section 4.1).
    static var overhead: Int { 32 }

    private var bytes = ByteBuffer()
    /// The position of the block's first byte in all that the table ever held, modulo 2^32.
    private var firstPosition: UInt32 = 0
    /// The last entries in a ring: number `n` is at `n` modulo its size, which no table of the largest size can fill.
    private var ring: [Entry] = []
    private let ringMask: UInt32
    /// How many entries there ever were, modulo 2^32: the number of the next one.
    private(set) var nextNumber: UInt32 = 0
    /// How many entries there are.
    private(set) var count = 0
    /// What the entries count together.
    private(set) var size = 0
    /// What they may count.
    private(set) var maximumSize: Int

    /// - Parameters:
    ///   - maximumSize: what the entries may count at first.
    ///   - limit: what ``maximumSize`` is ever set to.
    init(maximumSize: Int, limit: Int) {
        precondition(maximumSize <= limit && limit <= 1 << 24, "a table larger than anyone needs")
        self.maximumSize = maximumSize
        var capacity: UInt32 = 1
        while Int(capacity) <= limit / Self.overhead { capacity *= 2 }
        ringMask = capacity - 1
    }

    /// The entry at an index from 0, the newest, to ``count`` - 1.
    subscript(index: Int) -> Entry {
        precondition(index >= 0 && index < count, "no such entry")
        return ring[slot(of: nextNumber &- 1 &- UInt32(truncatingIfNeeded: index))]
    }

    /// The index of the entry with this number, nil when it is gone.
    func index(ofNumber number: UInt32) -> Int? {
        let index = Int(nextNumber &- 1 &- number)
        return index < count ? index : nil
    }

    /// An entry's name.
    @_lifetime(borrow self)
    func name(of entry: Entry) -> Span<UInt8> {
        let start = Int(entry.start &- firstPosition)
        return bytes.readable.extracting(start..<start + Int(entry.nameLength))
    }

    /// An entry's value.
    @_lifetime(borrow self)
    func value(of entry: Entry) -> Span<UInt8> {
        let start = Int(entry.start &- firstPosition) + Int(entry.nameLength)
        return bytes.readable.extracting(start..<start + Int(entry.valueLength))
    }

    /// Appends an entry's name to a buffer.
    func appendName(of entry: Entry, to buffer: inout ByteBuffer) { buffer.append(name(of: entry)) }

    /// Adds an entry as the newest. One larger than the whole table empties it (RFC 7541 section 4.4).
    ///
    /// - Parameters:
    ///   - field: name and value, side by side.
    ///   - split: where the value begins.
    mutating func insert(_ field: borrowing ByteBuffer, split: Int, note: Note) {
        let needed = field.count + Self.overhead
        evict(to: maximumSize - needed)
        guard needed <= maximumSize else { return }
        let start = firstPosition &+ UInt32(truncatingIfNeeded: bytes.count)
        bytes.append(field.readable)
        let entry = Entry(
            start: start, nameLength: UInt32(truncatingIfNeeded: split),
            valueLength: UInt32(truncatingIfNeeded: field.count - split), note: note)
        // Numbers begin at zero, so that the ring grows to its size one by one.
        let slot = slot(of: nextNumber)
        if slot == ring.count { ring.append(entry) } else { ring[slot] = entry }
        nextNumber &+= 1
        count += 1
        size += needed
    }

    /// Sets what the entries may count, and drops the oldest beyond it (RFC 7541 section 4.3).
    mutating func resize(to maximumSize: Int) {
        self.maximumSize = maximumSize
        evict(to: maximumSize)
    }

    private mutating func evict(to size: Int) {
        while self.size > size, count > 0 {
            let length = self[count - 1].length
            bytes.consume(length)
            firstPosition &+= UInt32(truncatingIfNeeded: length)
            self.size -= length + Self.overhead
            count -= 1
        }
    }

    private func slot(of number: UInt32) -> Int { Int(number & ringMask) }
}
