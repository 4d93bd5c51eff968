import Glibc
import Telemetry

/// What a process inherits: environment variables, and descriptors that they name.
public enum ProcessEnvironment {
    /// The value of a variable; nil when it is missing or empty.
    public static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }

    /// The secret in the descriptor that `NAME_FD` names, or else in the variable `NAME`; both are gone afterwards.
    ///
    /// - Returns: nil when there is neither.
    static func takeSecret(_ name: String) throws(LaunchError) -> Secret? {
        defer {
            _ = unsafe unsetenv(name)
            _ = unsafe unsetenv(name + "_FD")
        }
        guard let text = variable(name + "_FD") else { return variable(name).map { Secret($0) } }
        guard let descriptor = Int32(text), descriptor > 2 else {
            throw LaunchError("\(name)_FD=\(text) is not the number of an inherited descriptor")
        }
        defer { _ = close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        while count < bytes.count {
            let step = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress! + count, buffer.count - count)
            }
            if step < 0, errno == EINTR { continue }
            guard step >= 0 else { throw LaunchError("the descriptor of \(name)_FD cannot be read") }
            if step == 0 { break }
            count += step
        }
        if count > 0, bytes[count - 1] == UInt8(ascii: "\n") { count -= 1 }
        let secret = Secret(bytes.span.extracting(0..<count))
        for index in bytes.indices { bytes[index] = 0 }
        return count == 0 ? nil : secret
    }
}
