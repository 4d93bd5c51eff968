import Bytes
import HTTP

@testable import Gateway

/// Makes patterns and requests from one line of text.
enum RouteFixture {
    static func head(_ request: String, headers: [(String, String)] = []) throws -> RequestHead {
        let words = request.split(separator: " ")
        var head = RequestHead()
        try head.setMethod(Array(words[0].utf8).span)
        let target = words[1].hasPrefix("/") || words[1] == "*" ? String(words[1]) : "https://\(words[1])"
        try head.setTarget(Array(target.utf8).span)
        for (name, value) in headers { head.fields.append(name: Array(name.utf8).span, value: Array(value.utf8).span) }
        return head
    }

    /// The index of the route with its captures as `0 **=rest`, `404`, or the `Allow` of a 405.
    static func describe(
        _ table: RouteTable, _ patterns: [RoutePattern], _ request: String, headers: [(String, String)] = []
    ) throws -> String {
        let head = try head(request, headers: headers)
        switch table.match(head) {
        case .notFound: return "404"
        case .methodNotAllowed(let allow): return "allow \(allow.allowValue)"
        case .found(let route, let captures):
            var text = "\(route)"
            for index in 0..<captures.count {
                text += " \(patterns[route].path.captureNames[index])=" + head.path.extracting(captures[index]!).text
            }
            return text
        }
    }
}
