import Bytes

/// One line of the log, before it has a shape.
struct LogLine {
    let unixMilliseconds: Int64
    let level: LogLevel
    let message: String
    let fields: [(name: String, value: LogValue)]

    func json(into buffer: consuming ByteBuffer) -> ByteBuffer {
        var json = JSONWriter(appendingTo: buffer)
        json.object { json in
            json.member("ts", WallClock.timestamp(unixMilliseconds: unixMilliseconds))
            json.member("level", level.name)
            json.member("msg", message)
            for field in fields {
                json.name(field.name)
                json.value(field.value)
            }
        }
        json.buffer.append("\n")
        return json.finish()
    }

    func text(into buffer: consuming ByteBuffer) -> ByteBuffer {
        var json = JSONWriter(appendingTo: buffer)
        json.buffer.append("\u{1B}[2m")
        json.buffer.append(
            string: String(WallClock.timestamp(unixMilliseconds: unixMilliseconds).dropFirst(11).dropLast()))
        json.buffer.append("\u{1B}[0m ")
        switch level {
        case .debug: json.buffer.append("\u{1B}[2mdebug")
        case .info: json.buffer.append("\u{1B}[32minfo ")
        case .warning: json.buffer.append("\u{1B}[33mwarn ")
        case .error: json.buffer.append("\u{1B}[31merror")
        }
        json.buffer.append("\u{1B}[0m ")
        json.buffer.append(jsonEscaping: message.utf8.span)
        for field in fields {
            json.buffer.append(" \u{1B}[2m")
            json.buffer.append(jsonEscaping: field.name.utf8.span)
            json.buffer.append("\u{1B}[0m=")
            if case .string(let text) = field.value, !text.isEmpty, !text.utf8.contains(UInt8(ascii: " ")) {
                json.buffer.append(jsonEscaping: text.utf8.span)
            } else {
                json.value(field.value)
            }
        }
        json.buffer.append("\n")
        return json.finish()
    }
}

extension JSONWriter {
    mutating func value(_ value: LogValue) {
        switch value {
        case .string(let text): self.value(text)
        case .integer(let number): self.value(number)
        case .number(let number): self.value(number)
        case .boolean(let boolean): self.value(boolean)
        case .list(let values): array { json in for value in values { json.value(value) } }
        }
    }
}
