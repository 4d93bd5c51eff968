import Bytes

/// Writes one JSON object member by member.
struct JSONWriter {
    private var text: [UInt8] = [UInt8(ascii: "{")]
    private var isEmpty = true

    /// The finished object.
    consuming func finish() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }

    mutating func write(_ name: String, _ value: String) {
        writeName(name)
        writeString(value)
    }

    mutating func write(_ name: String, _ value: Int64) {
        writeName(name)
        text += "\(value)".utf8
    }

    mutating func write(_ name: String, _ value: Bool) {
        writeName(name)
        text += (value ? "true" : "false").utf8
    }

    mutating func write(_ name: String, _ values: [String]) {
        writeName(name)
        writeArray(values) { writer, value in writer.writeString(value) }
    }

    /// Writes objects that are JSON already.
    mutating func write(_ name: String, objects: [[UInt8]]) {
        writeName(name)
        writeArray(objects) { writer, object in writer.text += object }
    }

    private mutating func writeArray<Element>(_ values: [Element], _ write: (inout JSONWriter, Element) -> Void) {
        text.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            write(&self, value)
        }
        text.append(UInt8(ascii: "]"))
    }

    private mutating func writeName(_ name: String) {
        if !isEmpty { text.append(UInt8(ascii: ",")) }
        isEmpty = false
        writeString(name)
        text.append(UInt8(ascii: ":"))
    }

    private mutating func writeString(_ value: String) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 0..<0x20:
                text += "\\u00".utf8
                text.append(ASCII.hexDigits[Int(byte >> 4)])
                text.append(ASCII.hexDigits[Int(byte & 15)])
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
