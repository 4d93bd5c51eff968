public import Bytes

/// Writes JSON (RFC 8259) into a buffer of its own; commas come by themselves.
///
/// For documents and log lines, not for the request path. Whether a comma is due is told by the last byte: no value
/// ends in one of `{`, `[`, `:`, `=`.
public struct JSONWriter: ~Copyable {
    /// What was written.
    public var buffer: ByteBuffer

    /// - Parameter buffer: where to append; a finished line in it is left as it is.
    public init(appendingTo buffer: consuming ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Writes an object whose members `body` writes.
    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        separate()
        buffer.append("{")
        body(&self)
        buffer.append("}")
    }

    /// Writes an array whose elements `body` writes.
    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        separate()
        buffer.append("[")
        body(&self)
        buffer.append("]")
    }

    /// Writes a member's name; its value must follow.
    public mutating func name(_ name: String) {
        value(name)
        buffer.append(":")
    }

    /// Writes a string.
    public mutating func value(_ text: String) {
        value(text.utf8.span)
    }

    /// Writes bytes as a string.
    public mutating func value(_ text: Span<UInt8>) {
        separate()
        buffer.append(jsonString: text)
    }

    /// Writes a whole number.
    public mutating func value(_ number: Int) {
        separate()
        if number < 0 { buffer.append("-") }
        buffer.append(decimal: UInt64(number.magnitude))
    }

    /// Writes a number; what JSON has no number for becomes null.
    public mutating func value(_ number: Double) {
        separate()
        buffer.append(string: number.isFinite ? number.description : "null")
    }

    /// Writes true or false.
    public mutating func value(_ boolean: Bool) {
        separate()
        buffer.append(boolean ? "true" : "false")
    }

    /// Writes null.
    public mutating func null() {
        separate()
        buffer.append("null")
    }

    /// Writes a member with a string.
    public mutating func member(_ name: String, _ text: String) {
        self.name(name)
        value(text)
    }

    /// Writes a member with a whole number.
    public mutating func member(_ name: String, _ number: Int) {
        self.name(name)
        value(number)
    }

    /// Writes a member with true or false.
    public mutating func member(_ name: String, _ boolean: Bool) {
        self.name(name)
        value(boolean)
    }

    /// Writes a member with a string, or nothing when there is none.
    public mutating func member(_ name: String, ifPresent text: String?) {
        if let text { member(name, text) }
    }

    /// Ends the document and hands it over.
    public consuming func finish() -> ByteBuffer {
        buffer
    }

    private mutating func separate() {
        let count = buffer.count
        guard count > 0 else { return }
        let last = buffer.readable[count - 1]
        switch last {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "\n"): return
        default: buffer.append(",")
        }
    }
}
