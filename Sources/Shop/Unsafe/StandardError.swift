import Glibc

/// Where a person reads why a process ended.
enum StandardError {
    /// Writes `text`; what cannot be written is lost.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
