import Bytes

extension RequestHead {
    /// Takes a request target apart (RFC 9112 section 3.2), after the method has been set.
    ///
    /// - Parameters:
    ///   - target: the target as received.
    ///   - allowsEncodedSlashes: whether `%2F` and `%5C` pass; then ``hasEncodedSlash`` tells about them.
    public mutating func setTarget(_ target: Span<UInt8>, allowsEncodedSlashes: Bool = false) throws(H1Error) {
        guard target.count > 0 else { throw .badTarget }
        let start = keepTarget(target)
        if method == .connect {
            guard let authority = Authority(target), authority.port != nil else { throw .badTarget }
            form = .authority
            authorityRange = targetRange
        } else if target[0] == Byte.slash {
            form = .origin
            try setPath(in: target, from: 0, keptAt: start, allowsEncodedSlashes: allowsEncodedSlashes)
        } else if target.count == 1, target[0] == UInt8(ascii: "*") {
            guard method == .options else { throw .badTarget }
            form = .asterisk
            pathRange = targetRange
        } else {
            try setAbsolute(target, keptAt: start, allowsEncodedSlashes: allowsEncodedSlashes)
        }
    }

    private mutating func setAbsolute(
        _ target: Span<UInt8>, keptAt start: Int, allowsEncodedSlashes: Bool
    ) throws(H1Error) {
        let authorityStart: Int
        if target.count > 7, target.extracting(first: 7).equalsIgnoringCase("http://") {
            authorityStart = 7
        } else if target.count > 8, target.extracting(first: 8).equalsIgnoringCase("https://") {
            authorityStart = 8
        } else {
            throw .badTarget
        }
        form = .absolute
        var end = authorityStart
        while end < target.count, target[end] != Byte.slash, target[end] != Byte.questionMark { end += 1 }
        guard Authority(target.extracting(authorityStart..<end)) != nil else { throw .badHost }
        authorityRange = ByteRange(start + authorityStart..<start + end)
        if end < target.count, target[end] == Byte.slash {
            try setPath(in: target, from: end, keptAt: start, allowsEncodedSlashes: allowsEncodedSlashes)
            return
        }
        // Without a path, OPTIONS is about the server and everything else about its root (RFC 9112 section 3.2.4).
        let isServerWide = method == .options && end == target.count
        pathRange = keep(isServerWide ? "*" : "/")
        try setQuery(in: target, from: end, keptAt: start)
    }

    /// Takes path and query from `position` of the target on, which is kept at `start`.
    mutating func setPath(
        in target: Span<UInt8>, from position: Int, keptAt start: Int, allowsEncodedSlashes: Bool
    ) throws(H1Error) {
        var end = position
        while end < target.count, target[end] != Byte.questionMark {
            guard Self.isTargetByte(target[end]) else { throw .badTarget }
            end += 1
        }
        let path = target.extracting(position..<end)
        if PathNormalizer.isNormal(path) {
            pathRange = ByteRange(start + position..<start + end)
        } else {
            let pathStart = line.count
            hasEncodedSlash = try PathNormalizer.append(path, to: &line, allowsEncodedSlashes: allowsEncodedSlashes)
            pathRange = ByteRange(pathStart..<line.count)
        }
        try setQuery(in: target, from: end, keptAt: start)
    }

    /// Takes the query whose `?` is at `position`, if there is one.
    private mutating func setQuery(in target: Span<UInt8>, from position: Int, keptAt start: Int) throws(H1Error) {
        guard position < target.count else { return }
        for index in position..<target.count where !Self.isTargetByte(target[index]) { throw .badTarget }
        hasQuery = true
        queryRange = ByteRange(start + position + 1..<start + target.count)
    }

    /// Visible ASCII but `#`: a fragment is never sent (RFC 9110 section 7.1).
    private static func isTargetByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "#")
    }

    /// Moves `Host` from the fields into ``authority`` (RFC 9112 section 3.2).
    mutating func takeHost() throws(H1Error) {
        guard let index = fields.firstIndex(of: .host) else {
            if version == .http11 { throw .missingHost }
            return
        }
        guard fields.nextIndex(of: .host, after: index) == nil else { throw .repeatedHost }
        guard Authority(fields.value(at: index)) != nil else { throw .badHost }
        if authorityRange.count > 0 {
            guard authority.equalsIgnoringCase(fields.value(at: index)) else { throw .hostMismatch }
        } else {
            let start = line.count
            fields.copyValue(at: index, to: &line)
            authorityRange = ByteRange(start..<line.count)
        }
        fields.remove(at: index)
    }
}
