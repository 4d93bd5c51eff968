import Foundation

/// An HTTP answer as a client saw it.
struct Answer {
    let version: String
    let status: Int
    let fields: [(name: String, value: String)]
    var body: Data
    /// Fields that came after a chunked body.
    var trailers: [(name: String, value: String)] = []

    /// - Parameter head: the status line and fields, without the empty line.
    init(head: String, body: Data = Data()) throws {
        var lines = head.split(separator: "\r\n")[...]
        guard let start = lines.popFirst(), start.hasPrefix("HTTP/") else {
            throw HarnessError("not the head of an answer: \(head.debugDescription)")
        }
        let parts = start.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let status = Int(parts[1]) else { throw HarnessError("no status: \(start)") }
        version = String(parts[0])
        self.status = status
        fields = Self.fields(in: lines)
        self.body = body
    }

    static func fields(in lines: some Sequence<Substring>) -> [(name: String, value: String)] {
        lines.map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
    }

    /// The first value of the field.
    subscript(name: String) -> String? {
        fields.first { $0.name == name.lowercased() }?.value
    }

    func values(of name: String) -> [String] {
        fields.filter { $0.name == name.lowercased() }.map(\.value)
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { JSON(body) }

    /// The reason code of a refusal by the gateway itself.
    var reason: String? { self["X-Gateway-Error"] }
}

/// Decoded JSON, walked without ceremony: what is not there is null.
struct JSON: CustomStringConvertible {
    let value: Any?

    init(_ data: Data) {
        value = try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    }

    init(_ text: some StringProtocol) {
        self.init(Data(text.utf8))
    }

    private init(value: Any?) {
        self.value = value
    }

    subscript(key: String) -> JSON { JSON(value: (value as? [String: Any])?[key]) }
    subscript(index: Int) -> JSON {
        let array = value as? [Any] ?? []
        return JSON(value: array.indices.contains(index) ? array[index] : nil)
    }

    var exists: Bool { value != nil && !(value is NSNull) }
    var string: String? { value as? String }
    var int: Int? { (value as? NSNumber)?.intValue }
    var double: Double? { (value as? NSNumber)?.doubleValue }
    var bool: Bool? { value as? Bool }
    var array: [JSON] { (value as? [Any] ?? []).map { JSON(value: $0) } }
    var keys: [String] { (value as? [String: Any] ?? [:]).keys.sorted() }
    var description: String { value.map { "\($0)" } ?? "null" }
}
