/// Why a head that came over HTTP/2 was refused.
public enum H2HeadError: Error, Equatable, Sendable {
    /// The block cannot be decoded: a connection error COMPRESSION_ERROR (RFC 9113 section 4.3).
    case compression(HPACKError)
    /// The message is malformed: a stream error PROTOCOL_ERROR (RFC 9113 section 8.1.1).
    case malformed(H2Malformed)
    /// The message exceeds a limit, or its target is not acceptable: answered with an error status, as over HTTP/1.
    case refused(H1Error)
}

/// What makes a message malformed (RFC 9113 sections 8.1 to 8.3).
public enum H2Malformed: UInt8, Error, CaseIterable, Sendable {
    /// A field name that is not a token, or holds a capital.
    case badFieldName
    /// A control character in a field value, or whitespace at its ends.
    case badFieldValue
    /// A field that is meant for one connection of HTTP/1.
    case connectionField
    /// `TE` that says something else than `trailers`, or elsewhere than in a request.
    case badTE
    /// A pseudo-field that nobody has defined.
    case unknownPseudoField
    /// A pseudo-field of requests in a response, or the other way round.
    case misplacedPseudoField
    /// A pseudo-field behind a field.
    case latePseudoField
    /// The same pseudo-field twice.
    case repeatedPseudoField
    /// A pseudo-field in trailers.
    case pseudoFieldInTrailers
    /// No `:method`.
    case missingMethod
    /// No `:scheme`.
    case missingScheme
    /// No `:path`.
    case missingPath
    /// Neither `:authority` nor `Host`, or an empty one.
    case missingAuthority
    /// No `:status`.
    case missingStatus
    /// `:method` is not a token.
    case badMethod
    /// `:scheme` is neither `http` nor `https`.
    case badScheme
    /// `:path` neither starts with `/` nor is the `*` of `OPTIONS`.
    case badPath
    /// `:authority` or `Host` is not a host with an optional port; user information is not allowed.
    case badAuthority
    /// `:status` is not three digits from 100 on.
    case badStatus
    /// `:protocol` is not a token.
    case badProtocol
    /// More than one `Host`.
    case repeatedHost
    /// `Host` contradicts `:authority`.
    case hostMismatch
    /// `CONNECT` with `:scheme` or `:path`, or without a port (RFC 9113 section 8.5).
    case badConnect
    /// `:protocol` with another method than `CONNECT` (RFC 8441 section 4).
    case protocolWithoutConnect
    /// `:protocol`, which was not offered (RFC 8441 section 3).
    case unofferedProtocol
    /// `Content-Length` is not a number.
    case badContentLength
    /// More than one `Content-Length`.
    case repeatedContentLength
    /// A response 101, which HTTP/2 does not have (RFC 9113 section 8.6).
    case switchingProtocols
    /// More or less data than `Content-Length` declares.
    case contentLengthMismatch
    /// A second head that does not end its message, so that it is no trailer section.
    case unfinishedTrailers
    /// An informational response that ends its stream.
    case informationalEnd
    /// Data in front of the response that it belongs to.
    case earlyData

    /// A stable code for logs and metrics.
    public var reason: StaticString {
        switch self {
        case .badFieldName: "bad_field_name"
        case .badFieldValue: "bad_field_value"
        case .connectionField: "connection_field"
        case .badTE: "bad_te"
        case .unknownPseudoField: "unknown_pseudo_field"
        case .misplacedPseudoField: "misplaced_pseudo_field"
        case .latePseudoField: "late_pseudo_field"
        case .repeatedPseudoField: "repeated_pseudo_field"
        case .pseudoFieldInTrailers: "pseudo_field_in_trailers"
        case .missingMethod: "missing_method"
        case .missingScheme: "missing_scheme"
        case .missingPath: "missing_path"
        case .missingAuthority: "missing_authority"
        case .missingStatus: "missing_status"
        case .badMethod: "bad_method"
        case .badScheme: "bad_scheme"
        case .badPath: "bad_path"
        case .badAuthority: "bad_authority"
        case .badStatus: "bad_status"
        case .badProtocol: "bad_protocol"
        case .repeatedHost: "repeated_host"
        case .hostMismatch: "host_mismatch"
        case .badConnect: "bad_connect"
        case .protocolWithoutConnect: "protocol_without_connect"
        case .unofferedProtocol: "unoffered_protocol"
        case .badContentLength: "bad_content_length"
        case .repeatedContentLength: "repeated_content_length"
        case .switchingProtocols: "switching_protocols"
        case .contentLengthMismatch: "content_length_mismatch"
        case .unfinishedTrailers: "unfinished_trailers"
        case .informationalEnd: "informational_end"
        case .earlyData: "early_data"
        }
    }
}
