import COpenSSL

extension HashAlgorithm {
    /// The digest of `message`.
    public func digest(_ message: Span<UInt8>) -> [UInt8] {
        let method = unsafe methods[self]
        return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, written in
            var length: UInt32 = 0
            let done = unsafe message.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, &length, method, nil)
            }
            precondition(done == 1, "the hash function failed")
            written = Int(length)
        }
    }

    /// OpenSSL's implementation, fetched once: fetching takes locks.
    var method: OpaquePointer { unsafe methods[self] }
}

/// The fetched hash functions; they live as long as the process and are only read.
@safe
private struct HashMethods: @unchecked Sendable {
    private let sha256 = unsafe HashMethods.fetch(.sha256)
    private let sha384 = unsafe HashMethods.fetch(.sha384)
    private let sha512 = unsafe HashMethods.fetch(.sha512)

    private static func fetch(_ algorithm: HashAlgorithm) -> OpaquePointer {
        guard let method = unsafe EVP_MD_fetch(nil, algorithm.name, nil) else {
            preconditionFailure("OpenSSL has no SHA-2")
        }
        return unsafe method
    }

    subscript(algorithm: HashAlgorithm) -> OpaquePointer {
        switch algorithm {
        case .sha256: unsafe sha256
        case .sha384: unsafe sha384
        case .sha512: unsafe sha512
        }
    }
}

private let methods = HashMethods()
