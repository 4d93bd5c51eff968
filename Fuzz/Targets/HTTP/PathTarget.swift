import Bytes
import HTTP

/// The path of a request target: the normal form is the one that RFC 3986 describes, and stays as it is.
func checkPath(_ input: Span<UInt8>) throws(Violation) {
    for allowsEncodedSlashes in [false, true] {
        var head = RequestHead()
        head.setMethod(.get)
        do throws(H1Error) {
            try head.setTarget(input, allowsEncodedSlashes: allowsEncodedSlashes)
        } catch {
            continue
        }
        let path = head.path.array
        try checkNormal(path)
        if head.form == .origin {
            let source = input.array.prefix { $0 != UInt8(ascii: "?") }
            try hold(path == normalForm(Array(source)), "\(text(path)) is not the normal form of \(text(source))")
            let hasQuery = head.query != nil
            try hold(hasQuery == input.array.contains(UInt8(ascii: "?")), "a query follows the first question mark")
        }
        // One that a later dot segment took away is told about as well.
        let slashes = ["%2F", "%5C"].contains { text(path).contains($0) }
        try hold(!slashes || head.hasEncodedSlash, "an encoded slash is told about")
        try hold(allowsEncodedSlashes || !head.hasEncodedSlash, "an encoded slash was refused")
        try checkPrefixes(head)
    }
}

/// A path in its normal form: what normalising leaves alone.
func checkNormal(_ path: [UInt8]) throws(Violation) {
    var output = ByteBuffer()
    do throws(H1Error) {
        try PathNormalizer.append(path.span, to: &output, allowsEncodedSlashes: true)
    } catch {
        throw Violation(description: "\(text(path)) was accepted, and its normal form refused: \(error)")
    }
    try hold(output.readable.array == path, "\(text(path)) is normalised to \(output.readable.text)")
    let segments = text(path).split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    try hold(!segments.contains(".") && !segments.contains(".."), "\(text(path)) has dot segments")
    try hold(!segments.dropLast().contains(""), "\(text(path)) has an empty segment")
    try hold(!path.contains(UInt8(ascii: "\\")) && !text(path).contains("%00"), "\(text(path)) is ambiguous")
}

/// Removing a prefix leaves a path.
private func checkPrefixes(_ head: consuming RequestHead) throws(Violation) {
    head.dropPathPrefix(head.path.count / 2)
    try hold(head.path.array.first == UInt8(ascii: "/"), "what is left of a path starts with a slash")
}

/// The normal form by the letter of RFC 3986, sections 5.2.4 and 6.2.2, without regard to speed.
private func normalForm(_ path: [UInt8]) -> [UInt8] {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < path.count {
        if path[index] == UInt8(ascii: "%") {
            let digits = text(path[(index + 1)...(index + 2)]).uppercased()
            let byte = UInt8(digits, radix: 16)!
            decoded += unreserved.contains(byte) ? [byte] : Array("%\(digits)".utf8)
            index += 3
        } else {
            decoded.append(path[index])
            index += 1
        }
    }
    let parts = text(decoded).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var kept: [String] = []
    for (position, part) in parts.enumerated() {
        let isLast = position == parts.count - 1
        switch part {
        case "", ".": if isLast { kept.append("") }
        case "..":
            if !kept.isEmpty { kept.removeLast() }
            if isLast { kept.append("") }
        default: kept.append(part)
        }
    }
    return Array(("/" + kept.joined(separator: "/")).utf8)
}

private func text(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: Array(bytes), as: UTF8.self)
}
