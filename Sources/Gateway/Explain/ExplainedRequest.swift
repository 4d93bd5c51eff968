internal import Bytes
internal import HTTP
public import Reactor

/// A request as a person describes it: what would be sent, and from where.
public struct ExplainedRequest: Sendable {
    /// Why a description is none.
    public struct Problem: Error, Equatable {
        /// In words.
        public let message: String
    }

    /// The bytes that a client would send over HTTP/1.1.
    let bytes: [UInt8]
    /// Where they come from.
    let peer: InternetAddress

    /// - Parameters:
    ///   - method: such as `GET`.
    ///   - url: a URL, or a path on `localhost`.
    ///   - headers: lines such as `Accept: text/html`.
    ///   - peer: where the request comes from.
    public init(method: String, url: String, headers: [String], from peer: InternetAddress) throws(Problem) {
        guard FieldNames.isToken(method) else { throw Problem(message: "\"\(method)\" is not a method") }
        var place = url[...]
        for scheme in ["https://", "http://"] where place.lowercased().hasPrefix(scheme) {
            place = place.dropFirst(scheme.count)
        }
        if let hash = place.firstIndex(of: "#") { place = place[..<hash] }
        let end = place == "*" ? place.startIndex : place.firstIndex { $0 == "/" || $0 == "?" } ?? place.endIndex
        var host = end == place.startIndex ? "localhost" : String(place[..<end])
        var target = String(place[end...])
        if target.isEmpty || target.hasPrefix("?") { target = "/" + target }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Problem(message: "\"\(url)\" is not a URL: percent-encode spaces and what is beyond ASCII") }

        var lines = ""
        for header in headers {
            guard let colon = header.firstIndex(of: ":") else {
                throw Problem(message: "\"\(header)\" is not a header: write it like \"Accept: text/html\"")
            }
            let name = String(header[..<colon])
            let value = String(header[header.index(after: colon)...].drop { $0 == " " })
            guard FieldNames.isToken(name), FieldNames.isValue(value) else {
                throw Problem(message: "the header \"\(name)\" cannot be sent")
            }
            if name.lowercased() == "host" { host = value } else { lines += "\(name): \(value)\r\n" }
        }
        bytes = Array("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(lines)\r\n".utf8)
        self.peer = peer
    }

    /// Reads the request the way a connection does.
    func parse(into head: inout RequestHead, for configuration: Configuration) throws(H1Error) {
        var limits = HeadLimits()
        limits.startLineBytes = configuration.limits.requestLineBytes
        limits.fieldBytes = configuration.limits.headerBytes
        limits.fieldCount = configuration.limits.headerCount
        limits.allowsEncodedSlashes = configuration.allowsEncodedSlash
        var parser = RequestParser(limits: limits)
        guard try parser.parse(bytes.span, into: &head) != nil else { throw .badRequestLine }
    }
}
