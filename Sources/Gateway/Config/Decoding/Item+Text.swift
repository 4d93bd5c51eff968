import Bytes

extension Item {
    /// The text of a string with `${NAME}` replaced by the environment variable; `$${` stands for `${`.
    func text() -> ConfiguredText? {
        guard case .string(let source) = node.kind else {
            expected("a string")
            return nil
        }
        guard source.contains("${") else { return ConfiguredText(value: source) }
        return expand(source)
    }

    /// A string that may be `file:PATH`: then the content of the file, without a newline at its end.
    func textOrFile() -> ConfiguredText? {
        guard let text = text() else { return nil }
        guard text.value.hasPrefix("file:") else { return text }
        guard var bytes = contents(of: String(text.value.dropFirst(5))) else { return nil }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return ConfiguredText(value: String(decoding: bytes, as: UTF8.self), isSecret: true)
    }

    /// The path of a file, relative to the file that names it; an optional `file:` in front is dropped.
    func filePath() -> String? {
        guard let path = nonEmptyString() else { return nil }
        return context.resolve(path: path.hasPrefix("file:") ? String(path.dropFirst(5)) : path)
    }

    /// A path that the gateway itself asks for.
    func plainPath(like example: String) -> String? {
        guard let path = nonEmptyString() else { return nil }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            error("\"\(path)\" is not a path", suggestion: "write it like \"\(example)\"")
            return nil
        }
        return path
    }

    /// The bytes of a file that is named here; that it cannot be read is reported.
    func contents(of path: String) -> [UInt8]? {
        switch context.read(path: path) {
        case .success(let bytes):
            if bytes.isEmpty { error("the file \(context.resolve(path: path)) is empty") }
            return bytes.isEmpty ? nil : bytes
        case .failure(let failure):
            error("cannot read \(context.resolve(path: path)): \(failure.reason)")
            return nil
        }
    }

    private func expand(_ source: String) -> ConfiguredText? {
        var value = ""
        var rest = source[...]
        var isSecret = false
        var isWhole = true
        while let dollar = rest.firstIndex(of: "$") {
            value += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                value += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let close = rest.firstIndex(of: "}") else {
                    error("\"${\" is never closed", suggestion: "write \"$${\" for a literal \"${\"")
                    return nil
                }
                let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<close])
                if let replacement = context.variable(name) {
                    value += replacement
                } else {
                    error("the environment variable \(name) is not set")
                    isWhole = false
                }
                isSecret = true
                rest = rest[rest.index(after: close)...]
            } else {
                value += "$"
                rest = rest.dropFirst()
            }
        }
        return isWhole ? ConfiguredText(value: value + rest, isSecret: isSecret) : nil
    }
}
