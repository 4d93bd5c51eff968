import Bytes

/// A packet of Socket.IO 5, which lies in a message of Engine.IO (<https://github.com/socketio/socket.io-protocol>).
///
///     type [namespace ","] [number of the acknowledgement] [JSON]
struct SocketPacket: Hashable, Sendable {
    /// What a packet is. The types with attachments are not among them.
    enum Kind: Hashable, Sendable {
        /// Joins a namespace, with what proves who one is; or the server's agreement.
        case connect(JSON?)
        /// Leaves a namespace.
        case disconnect
        /// Something happened.
        case event(name: String, arguments: [JSON])
        /// The answer to an event.
        case ack([JSON])
        /// The server does not agree to a CONNECT.
        case connectError(JSON)
    }

    /// The namespace that there is always.
    static let mainNamespace = "/"

    let kind: Kind
    let namespace: String
    /// Under which the answer to an event goes, when one is asked for.
    let id: UInt64?

    init(_ kind: Kind, namespace: String = mainNamespace, id: UInt64? = nil) {
        self.kind = kind
        self.namespace = namespace
        self.id = id
    }

    /// Reads what a client sends.
    init(_ text: String) throws(EngineError) {
        var rest = Array(text.utf8)[...]
        guard let type = rest.popFirst() else { throw .malformed }
        guard type != UInt8(ascii: "5"), type != UInt8(ascii: "6") else { throw .binary }
        namespace = Self.takeNamespace(&rest)
        id = try Self.takeID(&rest)
        let data = rest.isEmpty ? nil : try? JSONParser.parse(Array(rest).span)
        guard rest.isEmpty == (data == nil) else { throw .malformed }
        switch (type, data) {
        case (UInt8(ascii: "0"), nil), (UInt8(ascii: "0"), .object?): kind = .connect(data)
        case (UInt8(ascii: "1"), nil): kind = .disconnect
        case (UInt8(ascii: "2"), .array(let elements)?):
            guard case .string(let name)? = elements.first else { throw .malformed }
            kind = .event(name: name, arguments: Array(elements.dropFirst()))
        case (UInt8(ascii: "3"), .array(let elements)?): kind = .ack(elements)
        default: throw .malformed
        }
    }

    /// Takes `/name,`; without it the packet is of the main namespace.
    private static func takeNamespace(_ text: inout ArraySlice<UInt8>) -> String {
        guard text.first == UInt8(ascii: "/") else { return mainNamespace }
        let end = text.firstIndex(of: UInt8(ascii: ",")) ?? text.endIndex
        let name = String(decoding: text[..<end], as: UTF8.self)
        text = text[min(end + 1, text.endIndex)...]
        return name
    }

    private static func takeID(_ text: inout ArraySlice<UInt8>) throws(EngineError) -> UInt64? {
        let digits = text.prefix(while: ASCII.isDigit)
        guard !digits.isEmpty else { return nil }
        guard let id = UInt64(String(decoding: digits, as: UTF8.self)) else { throw .malformed }
        text = text[digits.endIndex...]
        return id
    }

    /// The packet as it is sent.
    var text: String {
        let number = id.map(String.init) ?? ""
        let place = (namespace == Self.mainNamespace ? "" : namespace + ",") + number
        switch kind {
        case .connect(let data): return "0" + place + (data.map(Self.text) ?? "")
        case .disconnect: return "1" + place
        case .event(let name, let arguments): return "2" + place + Self.text(.array([.string(name)] + arguments))
        case .ack(let arguments): return "3" + place + Self.text(.array(arguments))
        case .connectError(let data): return "4" + place + Self.text(data)
        }
    }

    private static func text(_ json: JSON) -> String { String(decoding: json.bytes, as: UTF8.self) }
}
