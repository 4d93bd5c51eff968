import Bytes

extension RequestHead {
    /// Takes a `:path` apart: a path with or without a query, or `*` (RFC 9113 section 8.3.1).
    mutating func setPath(pseudoField value: Span<UInt8>, allowsEncodedSlashes: Bool) throws(H2HeadError) {
        let isAsterisk = value.count == 1 && value[0] == UInt8(ascii: "*")
        guard isAsterisk || !value.isEmpty && value[0] == Byte.slash else {
            throw .malformed(value.isEmpty ? .missingPath : .badPath)
        }
        let start = keepTarget(value)
        if isAsterisk {
            form = .asterisk
            pathRange = targetRange
            return
        }
        form = .origin
        do throws(H1Error) {
            try setPath(in: value, from: 0, keptAt: start, allowsEncodedSlashes: allowsEncodedSlashes)
        } catch {
            throw .refused(error)
        }
    }

    /// Makes the authority the target, as it is for `CONNECT` (RFC 9113 section 8.5).
    mutating func aimAtAuthority() throws(H2HeadError) {
        guard Authority(authority)?.port != nil else { throw .malformed(.badConnect) }
        form = .authority
        targetRange = authorityRange
    }
}
