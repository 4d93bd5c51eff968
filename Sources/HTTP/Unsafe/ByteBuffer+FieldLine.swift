import Bytes

extension ByteBuffer {
    /// Appends a field line, `name: value CRLF`, in one step: heads are mostly made of these.
    mutating func appendFieldLine(name: StaticString, value: Span<UInt8>) {
        let (nameCount, valueCount) = (name.utf8CodeUnitCount, value.count)
        _ = unsafe fill(atLeast: nameCount + valueCount + 4) { free in
            let line = free.baseAddress!
            unsafe line.copyMemory(from: name.utf8Start, byteCount: nameCount)
            unsafe (line + nameCount).storeBytes(of: Self.separator, as: UInt16.self)
            unsafe value.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                unsafe (line + nameCount + 2).copyMemory(from: start, byteCount: valueCount)
            }
            unsafe (line + nameCount + 2 + valueCount).storeBytes(of: Self.lineEnd, as: UInt16.self)
            return nameCount + valueCount + 4
        }
    }

    /// `: ` and CR LF as they lie in memory.
    private static var separator: UInt16 { UInt16(littleEndian: 0x203A) }
    private static var lineEnd: UInt16 { UInt16(littleEndian: 0x0A0D) }
}
