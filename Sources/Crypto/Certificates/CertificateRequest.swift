/// What a certificate shall say (RFC 5280 section 4).
struct CertificateRequest {
    /// An X.509v3 extension: which, and its value in OpenSSL's configuration syntax.
    struct Extension {
        enum Kind {
            case basicConstraints, keyUsage, extendedKeyUsage, subjectKeyIdentifier, authorityKeyIdentifier
            case subjectAlternativeName
        }

        let kind: Kind
        let value: String

        init(_ kind: Kind, _ value: String) {
            self.kind = kind
            self.value = value
        }
    }

    let commonName: String
    /// Unix seconds.
    let notBefore: Int64
    /// Unix seconds.
    let notAfter: Int64
    let extensions: [Extension]
}
