import COpenSSL

/// The first block of a PEM text (RFC 7468): its label, and what it encodes.
struct PEM {
    let label: String
    let contents: [UInt8]

    /// - Throws: `invalidKey` when there is no block.
    init(_ text: Span<UInt8>) throws(CryptoError) {
        defer { ERR_clear_error() }
        guard let source = unsafe Self.source(text) else { throw .invalidKey }
        defer { unsafe BIO_free(source) }
        var (name, header): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
        var data: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard unsafe PEM_read_bio(source, &name, &header, &data, &length) == 1 else { throw .invalidKey }
        defer {
            unsafe COpenSSL_free(name)
            unsafe COpenSSL_free(header)
            unsafe COpenSSL_free(data)
        }
        label = unsafe String(cString: name!)
        contents = unsafe Array(UnsafeBufferPointer(start: data, count: length))
    }

    /// A BIO with a copy of `text`, freed by the caller.
    @unsafe
    static func source(_ text: Span<UInt8>) -> OpaquePointer? {
        guard let size = Int32(exactly: text.count), let bio = unsafe BIO_new(BIO_s_mem()) else { return nil }
        let written = unsafe text.withUnsafeBufferPointer { unsafe BIO_write(bio, $0.baseAddress, size) }
        guard written == size else {
            unsafe BIO_free(bio)
            return nil
        }
        return unsafe bio
    }

    /// The text that `write` puts into a BIO.
    static func text(_ write: (OpaquePointer) -> Bool) throws(CryptoError) -> String {
        defer { ERR_clear_error() }
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw .libraryFailure }
        defer { unsafe BIO_free(bio) }
        guard unsafe write(bio) else { throw .libraryFailure }
        var start: UnsafeMutablePointer<CChar>?
        let length = unsafe COpenSSL_memory(bio, &start)
        guard length > 0, let start = unsafe start else { throw .libraryFailure }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
