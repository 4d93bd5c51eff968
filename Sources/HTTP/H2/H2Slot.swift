/// The place of a stream in its connection's table.
public struct H2Slot: Hashable, Sendable {
    /// A small number that no other stream has until this one is forgotten: an index for the owner's own array.
    public let index: Int
    /// The stream's identifier (RFC 9113 section 5.1.1).
    public let id: UInt32

    /// - Parameters:
    ///   - index: the place.
    ///   - id: the stream's identifier.
    @inlinable
    public init(index: Int, id: UInt32) {
        self.index = index
        self.id = id
    }
}
