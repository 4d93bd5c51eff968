internal import Bytes

extension FieldBlock {
    /// The value of the first field of this kind, empty when there is none. For what is only written down.
    @inlinable
    @_lifetime(borrow self)
    public func value(of known: KnownField) -> Span<UInt8> {
        guard let index = firstIndex(of: known) else { return Span() }
        return value(at: index)
    }
}
