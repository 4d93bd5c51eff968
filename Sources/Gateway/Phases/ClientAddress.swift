internal import Bytes
internal import HTTP
internal import Reactor

/// Who a request comes from: the peer, or, where the peer is a trusted proxy, whom it names.
enum ClientAddress {
    /// Reads `X-Forwarded-For` from its end: each trusted proxy vouches for the address before its own, and the first one
    /// that is not trusted is the client. What a client wrote in front of that proves nothing.
    static func resolve(
        peer: SocketAddress, fields: borrowing FieldBlock, trusted: [AddressRange]
    ) -> InternetAddress? {
        guard let address = peer.internetAddress else { return nil }
        guard !trusted.isEmpty, trusted.contains(address: address) else { return address }
        var client = address
        // Several fields are one list; a proxy may have added a field of its own behind the others.
        var last: [Int] = []
        var next = fields.firstIndex(of: .xForwardedFor)
        while let index = next {
            last.append(index)
            next = fields.nextIndex(of: .xForwardedFor, after: index)
        }
        for index in last.reversed() {
            let value = fields.value(at: index)
            var end = value.count
            while end > 0 {
                var start = end
                while start > 0, value[start - 1] != UInt8(ascii: ",") { start -= 1 }
                guard let hop = parse(value.extracting(start..<end)) else { return client }
                client = hop
                if !trusted.contains(address: hop) { return client }
                end = start - 1
            }
        }
        return client
    }

    /// An address, perhaps in brackets or with a port, surrounded by blanks.
    private static func parse(_ bytes: Span<UInt8>) -> InternetAddress? {
        var text = bytes.text.trimmingBlanks
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<close]
        } else if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") {
            text = text[..<colon]
        }
        return InternetAddress(String(text))
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
