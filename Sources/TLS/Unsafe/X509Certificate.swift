import COpenSSL

/// Owns an `X509`.
@safe
struct X509Certificate: ~Copyable {
    let pointer: OpaquePointer

    @unsafe
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// What people want to know of it.
    var summary: CertificateSummary {
        CertificateSummary(subject: subject, names: alternativeNames, notAfter: notAfter)
    }

    private var subject: String {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe BIO_free_all(bio) }
        guard unsafe tls_print_name(bio, X509_get_subject_name(pointer)) else { return "" }
        var text: UnsafeMutablePointer<CChar>?
        let count = unsafe tls_memory_text(bio, &text)
        guard let text = unsafe text, count > 0 else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
    }

    private var alternativeNames: [String] {
        guard let list = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let names = OpaquePointer(list)
        defer { unsafe GENERAL_NAMES_free(names) }
        return unsafe (0..<tls_alternative_name_count(names)).compactMap { index in
            var bytes: UnsafePointer<UInt8>?
            var isAddress = false
            let count = unsafe tls_alternative_name(names, index, &isAddress, &bytes)
            guard count > 0, let start = unsafe bytes else { return nil }
            let name = unsafe UnsafeBufferPointer(start: start, count: Int(count))
            return unsafe isAddress ? addressText([UInt8](name)) : String(decoding: name, as: UTF8.self)
        }
    }

    /// Unix seconds; 0 for a time that does not parse.
    private var notAfter: Int64 {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: CInt = 0
        var seconds: CInt = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, X509_get0_notAfter(pointer)) == 1 else { return 0 }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}

/// `127.0.0.1`, `0:0:0:0:0:0:0:1`; nil for what is no address.
private func addressText(_ bytes: [UInt8]) -> String? {
    switch bytes.count {
    case 4: bytes.map { String($0) }.joined(separator: ".")
    case 16:
        stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    default: nil
    }
}
