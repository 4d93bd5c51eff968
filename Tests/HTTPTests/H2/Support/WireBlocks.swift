/// Field blocks as clients and servers write them, without dynamic table or Huffman code (RFC 7541 section 6).
enum WireBlocks {
    /// `GET https://shop.test/`.
    static let get = request(0x82)
    /// `POST https://shop.test/`.
    static let post = request(0x83)
    /// An extended `CONNECT` for a WebSocket at `https://shop.test/`.
    static let webSocket = literal(":method", "CONNECT") + literal(":protocol", "websocket") + request(0x87).dropFirst()
    /// `200`.
    static let ok: [UInt8] = [0x88]
    /// `GET` without `:path`: malformed.
    static let malformed: [UInt8] = [0x82, 0x87]
    /// An index that no table has: the compression state is lost.
    static let undecodable: [UInt8] = [0xFF, 0xFF, 0xFF, 0x7F]
    /// `checksum: 1`, as trailers have it.
    static let trailers = literal("checksum", "1")

    /// A `POST` that declares so many bytes.
    static func post(length: String) -> [UInt8] { post + literal("content-length", length) }

    /// A request with a field of so many bytes.
    static func get(fieldOf count: Int) -> [UInt8] { get + literal("x-long", String(repeating: "x", count: count)) }

    /// A response with this status.
    static func response(_ status: Int, _ fields: [(String, String)] = []) -> [UInt8] {
        // `:status` is number 8 of the static table.
        [0x08] + string("\(status)") + fields.flatMap { literal($0.0, $0.1) }
    }

    /// A field without indexing, its name spelled out.
    static func literal(_ name: String, _ value: String) -> [UInt8] { [0x00] + string(name) + string(value) }

    private static func request(_ method: UInt8) -> [UInt8] { [method, 0x87, 0x84, 0x01] + string("shop.test") }

    private static func string(_ text: String) -> [UInt8] {
        precondition(text.utf8.count < 1 << 21, "too long for three bytes of length")
        guard text.utf8.count >= 127 else { return [UInt8(text.utf8.count)] + text.bytes }
        var length = text.utf8.count - 127
        var bytes: [UInt8] = [0x7F]
        while length >= 128 {
            bytes.append(UInt8(length & 127 | 128))
            length >>= 7
        }
        return bytes + [UInt8(length)] + text.bytes
    }
}
