import Bytes

/// Takes the fields of a block as they are decoded.
///
/// It cannot stop the decoder: a block is decoded to its end whatever it holds, for the table must stay in step with the
/// peer's. A sink that wants no more ignores what still comes.
public protocol HPACKSink: ~Copyable {
    /// Takes one field.
    ///
    /// - Parameters:
    ///   - name: the name's bytes, lent for the call.
    ///   - value: the value's bytes, lent for the call.
    ///   - facts: what is known of both already.
    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts)
}
