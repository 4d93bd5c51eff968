import Bytes
import HTTP

/// Field blocks of HTTP/2: the decoder reads what RFC 7541 says, and what the encoder writes is read as what it was given.
///
/// The first byte is the size of the decoder's table, in units of 64 bytes. The kind of each block says what the size of the
/// encoder's table is set to before it: its halves in units of 32 bytes, one after the other.
func checkHPACK(_ input: Span<UInt8>) throws(Violation) {
    guard input.count > 0 else { return }
    let tableSize = Int(input[0]) * 64
    var decoder = HPACKDecoder(tableSize: tableSize)
    var plain = PlainHPACK(sizeLimit: max(tableSize, 4096))
    var encoder = HPACKEncoder()
    var peer = PlainHPACK(sizeLimit: 4096)
    var peerDecoder = HPACKDecoder()
    for (kind, block) in Blocks(input.array.dropFirst()) {
        var list = FieldList()
        var failure: HPACKError?
        do throws(HPACKError) { try decoder.decode(block.span, into: &list) } catch { failure = error }
        let expected = try? plain.decode(block)
        try hold((failure == nil) == (expected != nil), "read plainly it is \(expected == nil ? "wrong" : "right")")
        guard let expected else { return }
        try hold(list.fields == expected, "decoded \(list.fields), read plainly \(expected)")

        encoder.setPeerTableSize(Int(kind & 15) * 32)
        encoder.setPeerTableSize(Int(kind >> 4) * 32)
        let written = encode(expected, with: &encoder)
        let sent = expected.map { field in
            var field = field
            field.name = field.name.map(ASCII.lowercased)
            return field
        }
        let received = try? peer.decode(written)
        try hold(received == sent, "\(sent) was encoded, and decoded as \(received ?? [])")
        var again = FieldList()
        do throws(HPACKError) { try peerDecoder.decode(written.span, into: &again) } catch { failure = error }
        try hold(failure == nil && again.fields == sent, "\(sent) was encoded, and decoded as \(again.fields)")
    }
}

private func encode(_ fields: [PlainHPACK.Field], with encoder: inout HPACKEncoder) -> [UInt8] {
    var output = ByteBuffer()
    encoder.startBlock(to: &output)
    for field in fields {
        let (name, value) = (field.name, field.value)
        let known = KnownField(name: name.span)
        // Both ways in: by name, and as what is known by it. Some known fields are never indexed, whatever is asked.
        if known != .other, field.isSensitive {
            encoder.append(known, value: value.span, isSensitive: true, to: &output)
        } else {
            encoder.append(name: name.span, value: value.span, isSensitive: field.isSensitive, to: &output)
        }
    }
    return output.readable.array
}
