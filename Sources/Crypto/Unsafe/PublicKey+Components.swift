import COpenSSL

/// Keys from and to the numbers that a JWK carries (RFC 7518 section 6, RFC 8037 section 2).
extension PublicKey {
    /// An RSA key from big-endian numbers.
    public convenience init(rsaModulus modulus: Span<UInt8>, exponent: Span<UInt8>) throws(CryptoError) {
        // Anything but a small odd exponent is a mistake, or an attempt at making a check slow.
        guard modulus.count <= KeyKind.largestModulus / 8 + 8, (1...8).contains(exponent.count),
            exponent[exponent.count - 1] & 1 == 1, exponent.count > 1 || exponent[0] >= 3,
            modulus.count > 0, modulus[modulus.count - 1] & 1 == 1
        else { throw .invalidKey }
        defer { ERR_clear_error() }
        let n = unsafe Self.number(modulus)
        let e = unsafe Self.number(exponent)
        defer {
            unsafe BN_free(n)
            unsafe BN_free(e)
        }
        let builder = unsafe OSSL_PARAM_BLD_new()
        defer { unsafe OSSL_PARAM_BLD_free(builder) }
        guard unsafe COpenSSL_push_rsa(builder, n, e) == 1 else { throw .libraryFailure }
        unsafe try self.init(adopting: Self.make("RSA", from: OSSL_PARAM_BLD_to_param(builder)))
    }

    /// A key on a NIST curve from its point's coordinates, each in full length.
    public convenience init(curve: Curve, x: Span<UInt8>, y: Span<UInt8>) throws(CryptoError) {
        guard x.count == curve.coordinateByteCount, y.count == x.count else { throw .invalidKey }
        defer { ERR_clear_error() }
        var point: [UInt8] = [4]
        for index in x.indices { point.append(x[index]) }
        for index in y.indices { point.append(y[index]) }
        let builder = unsafe OSSL_PARAM_BLD_new()
        defer { unsafe OSSL_PARAM_BLD_free(builder) }
        // The builder refers to the name and the point until the parameters are built, which copies them.
        let parameters = unsafe curve.groupName.withCString { group -> UnsafeMutablePointer<OSSL_PARAM>? in
            unsafe point.withUnsafeBytes { point in
                guard unsafe COpenSSL_push_ec(builder, group, point.baseAddress, point.count) == 1 else { return nil }
                return unsafe OSSL_PARAM_BLD_to_param(builder)
            }
        }
        unsafe try self.init(adopting: Self.make("EC", from: parameters))
    }

    /// An Ed25519 or Ed448 key from its encoded point.
    public convenience init(edwards point: Span<UInt8>, kind: KeyKind) throws(CryptoError) {
        defer { ERR_clear_error() }
        let type = kind == .ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_ED448
        let handle = unsafe point.withUnsafeBufferPointer { point in
            unsafe EVP_PKEY_new_raw_public_key(type, nil, point.baseAddress, point.count)
        }
        guard let handle = unsafe handle else { throw .invalidKey }
        unsafe try self.init(adopting: handle)
    }

    /// Modulus and exponent of an RSA key, big-endian without leading zeros; nil for other keys.
    public var rsaComponents: (modulus: [UInt8], exponent: [UInt8])? {
        guard case .rsa = kind, let modulus = number(OSSL_PKEY_PARAM_RSA_N, byteCount: nil),
            let exponent = number(OSSL_PKEY_PARAM_RSA_E, byteCount: nil)
        else { return nil }
        return (modulus, exponent)
    }

    /// The coordinates of a key on a NIST curve in full length; nil for other keys.
    public var coordinates: (x: [UInt8], y: [UInt8])? {
        guard case .ec(let curve) = kind,
            let x = number(OSSL_PKEY_PARAM_EC_PUB_X, byteCount: curve.coordinateByteCount),
            let y = number(OSSL_PKEY_PARAM_EC_PUB_Y, byteCount: curve.coordinateByteCount)
        else { return nil }
        return (x, y)
    }

    /// The encoded point of an Edwards key; nil for other keys.
    public var edwardsPoint: [UInt8]? {
        guard kind == .ed25519 || kind == .ed448 else { return nil }
        return unsafe [UInt8](unsafeUninitializedCapacity: 57) { buffer, written in
            written = 57
            let done = unsafe EVP_PKEY_get_raw_public_key(handle, buffer.baseAddress, &written)
            precondition(done == 1, "an Edwards key has a point")
        }
    }

    private func number(_ name: String, byteCount: Int?) -> [UInt8]? {
        defer { ERR_clear_error() }
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(handle, name, &number) == 1 else { return nil }
        defer { unsafe BN_free(number) }
        let size = unsafe byteCount ?? Int((BN_num_bits(number) + 7) / 8)
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            written = unsafe max(0, Int(BN_bn2binpad(number, buffer.baseAddress, Int32(size))))
        }
    }

    @unsafe
    private static func number(_ bytes: Span<UInt8>) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { unsafe BN_bin2bn($0.baseAddress, Int32($0.count), nil) }
    }

    /// A key from `parameters`, which are freed.
    @unsafe
    private static func make(
        _ type: String, from parameters: UnsafeMutablePointer<OSSL_PARAM>?
    ) throws(CryptoError) -> OpaquePointer {
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, type, nil)
        defer {
            unsafe OSSL_PARAM_free(parameters)
            unsafe EVP_PKEY_CTX_free(context)
        }
        guard unsafe parameters != nil, unsafe EVP_PKEY_fromdata_init(context) == 1 else { throw .libraryFailure }
        var handle: OpaquePointer?
        guard unsafe EVP_PKEY_fromdata(context, &handle, COpenSSL_select_public_key, parameters) == 1,
            let handle = unsafe handle
        else { throw .invalidKey }
        return unsafe handle
    }
}
