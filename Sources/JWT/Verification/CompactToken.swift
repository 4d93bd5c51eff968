import Bytes

/// A JWS in compact serialisation, taken apart (RFC 7515 section 7.1): nothing of it is trusted yet.
struct CompactToken: ~Escapable {
    let header: [UInt8]
    let payload: [UInt8]
    let signature: [UInt8]
    /// What the signature is over: the first two segments with the dot between them.
    let signingInput: Span<UInt8>

    @_lifetime(copy token)
    init(_ token: Span<UInt8>) throws(JWTError) {
        var dots = (first: -1, second: -1)
        for index in token.indices where token[index] == UInt8(ascii: ".") {
            if dots.first < 0 {
                dots.first = index
            } else if dots.second < 0 {
                dots.second = index
            } else {
                throw .malformed
            }
        }
        guard dots.second > 0, let header = Base64URL.decode(token.extracting(0..<dots.first)),
            let payload = Base64URL.decode(token.extracting(dots.first + 1..<dots.second)),
            let signature = Base64URL.decode(token.extracting(dots.second + 1..<token.count))
        else { throw .malformed }
        self.header = header
        self.payload = payload
        self.signature = signature
        signingInput = token.extracting(0..<dots.second)
    }
}
