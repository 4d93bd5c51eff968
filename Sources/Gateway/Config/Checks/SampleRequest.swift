import Bytes
import HTTP

/// A request in one line, as tests and people write it: `GET /orders`, `GET https://shop.test/orders?limit=1`.
struct SampleRequest {
    let method: String
    /// In absolute form; the host is `localhost` when none is written.
    let target: String

    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, FieldNames.isToken(words[0]) else { return nil }
        var place = words[1][...]
        for scheme in ["https://", "http://"] where place.hasPrefix(scheme) { place = place.dropFirst(scheme.count) }
        if let hash = place.firstIndex(of: "#") { place = place[..<hash] }
        guard place.contains("/") else { return nil }
        method = words[0]
        target = place.hasPrefix("/") ? "https://localhost\(place)" : "https://\(place)"
    }

    /// Fills a head with the request.
    ///
    /// - Throws: what a client that sent it would be told.
    func fill(
        _ head: inout RequestHead, headers: [HeaderField], allowsEncodedSlashes: Bool
    ) throws(H1Error) {
        try head.setMethod(Array(method.utf8).span)
        try head.setTarget(Array(target.utf8).span, allowsEncodedSlashes: allowsEncodedSlashes)
        for header in headers {
            head.fields.append(name: Array(header.name.utf8).span, value: Array(header.value.value.utf8).span)
        }
    }
}
