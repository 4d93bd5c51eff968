internal import Bytes

extension ByteBuffer {
    /// Appends a text as `grpc-message` has it: percent-encoded but for what is printable in ASCII.
    mutating func append(grpcMessage text: Span<UInt8>) {
        for index in text.indices {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                append(byte)
            } else {
                append(UInt8(ascii: "%"))
                appendUppercase(byte >> 4)
                appendUppercase(byte & 15)
            }
        }
    }

    private mutating func appendUppercase(_ digit: UInt8) {
        append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "A"))
    }
}
