import COpenSSL

/// ECDSA signatures as JOSE writes them: r and s in full length, one after the other (RFC 7518 section 3.4).
enum ECDSASignature {
    /// The DER form that OpenSSL reads, or nil when `raw` is not exactly as long as the curve has it.
    static func encode(raw: Span<UInt8>, curve: Curve) -> [UInt8]? {
        let half = curve.coordinateByteCount
        guard raw.count == 2 * half else { return nil }
        guard let signature = unsafe ECDSA_SIG_new() else { return nil }
        defer { unsafe ECDSA_SIG_free(signature) }
        let (r, s) = unsafe raw.withUnsafeBufferPointer { raw in
            unsafe (
                BN_bin2bn(raw.baseAddress, Int32(half), nil),
                BN_bin2bn(raw.baseAddress! + half, Int32(half), nil)
            )
        }
        guard unsafe ECDSA_SIG_set0(signature, r, s) == 1 else {
            unsafe BN_free(r)
            unsafe BN_free(s)
            return nil
        }
        let size = unsafe i2d_ECDSA_SIG(signature, nil)
        guard size > 0 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, written in
            var output = buffer.baseAddress
            written = unsafe Int(i2d_ECDSA_SIG(signature, &output))
        }
    }

    /// The raw form of OpenSSL's DER signature.
    static func raw(fromEncoded encoded: [UInt8], curve: Curve) -> [UInt8]? {
        let half = curve.coordinateByteCount
        let signature = unsafe encoded.withUnsafeBufferPointer { encoded in
            var input = encoded.baseAddress
            return unsafe d2i_ECDSA_SIG(nil, &input, encoded.count)
        }
        guard let signature = unsafe signature else { return nil }
        defer { unsafe ECDSA_SIG_free(signature) }
        let raw = unsafe [UInt8](unsafeUninitializedCapacity: 2 * half) { buffer, written in
            let r = unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), buffer.baseAddress, Int32(half))
            let s = unsafe BN_bn2binpad(ECDSA_SIG_get0_s(signature), buffer.baseAddress! + half, Int32(half))
            written = r == half && s == half ? 2 * half : 0
        }
        return raw.isEmpty ? nil : raw
    }
}
