/// Why a message was refused. A connection that threw one is closed after the answer, for nobody knows where the next
/// message would start.
public enum H1Error: UInt8, Error, CaseIterable, Sendable {
    /// The request line is not `method SP target SP version`.
    case badRequestLine
    /// The method is not a token.
    case badMethod
    /// The target is in no form that its method allows, or holds bytes that no URI has.
    case badTarget
    /// The request line is longer than the limit.
    case targetTooLong
    /// The status line is not `version SP status SP reason`.
    case badStatusLine
    /// What stands for the version is none.
    case badVersion
    /// The major version is not 1.
    case unsupportedVersion
    /// A field name is empty or not a token.
    case badFieldName
    /// There is whitespace between a field name and its colon (RFC 9112 section 5.1).
    case spaceBeforeColon
    /// A field line is folded (RFC 9112 section 5.2).
    case obsoleteFold
    /// A CR that no LF follows.
    case bareCarriageReturn
    /// An LF that no CR precedes.
    case bareLineFeed
    /// A NUL or another control character.
    case controlCharacter
    /// The fields take more bytes than the limit.
    case fieldsTooLarge
    /// There are more fields than the limit.
    case tooManyFields
    /// `Connection` names more fields than anyone needs.
    case tooManyConnectionOptions
    /// A 1.1 request without `Host` (RFC 9112 section 3.2).
    case missingHost
    /// More than one `Host`.
    case repeatedHost
    /// The authority is not a host with an optional port.
    case badHost
    /// `Host` contradicts the authority of the target.
    case hostMismatch
    /// A `%` in the path that two hexadecimal digits do not follow.
    case badPathEncoding
    /// `%00` in the path.
    case encodedNull
    /// `%2F` or `%5C` in the path.
    case encodedSlash
    /// A backslash in the path.
    case backslash
    /// Both `Content-Length` and `Transfer-Encoding` (RFC 9112 section 6.1).
    case lengthWithTransferEncoding
    /// `Content-Length` is not a number of at most 18 digits.
    case badContentLength
    /// More than one `Content-Length`, even if they agree.
    case repeatedContentLength
    /// `Transfer-Encoding` does not end in `chunked`, or says it twice.
    case badTransferEncoding
    /// `Transfer-Encoding` in a message of version 1.0.
    case transferEncodingInHTTP10
    /// A transfer coding before `chunked` that the gateway does not undo.
    case unknownTransferCoding
    /// A chunk size that is no hexadecimal number.
    case badChunkSize
    /// A chunk size beyond what a body can have.
    case chunkSizeOverflow
    /// Chunk extensions beyond the limit.
    case chunkExtensionTooLong
    /// Chunk data that CRLF does not follow.
    case badChunkEnd

    /// The status that answers a request refused for this.
    public var status: Int {
        switch self {
        case .targetTooLong: 414
        case .fieldsTooLarge, .tooManyFields: 431
        case .unknownTransferCoding: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }

    /// A stable code for logs, metrics and error bodies.
    public var reason: StaticString {
        switch self {
        case .badRequestLine: "bad_request_line"
        case .badMethod: "bad_method"
        case .badTarget: "bad_target"
        case .targetTooLong: "target_too_long"
        case .badStatusLine: "bad_status_line"
        case .badVersion: "bad_version"
        case .unsupportedVersion: "unsupported_version"
        case .badFieldName: "bad_field_name"
        case .spaceBeforeColon: "space_before_colon"
        case .obsoleteFold: "obsolete_fold"
        case .bareCarriageReturn: "bare_cr"
        case .bareLineFeed: "bare_lf"
        case .controlCharacter: "control_character"
        case .fieldsTooLarge: "fields_too_large"
        case .tooManyFields: "too_many_fields"
        case .tooManyConnectionOptions: "too_many_connection_options"
        case .missingHost: "missing_host"
        case .repeatedHost: "repeated_host"
        case .badHost: "bad_host"
        case .hostMismatch: "host_mismatch"
        case .badPathEncoding: "bad_path_encoding"
        case .encodedNull: "encoded_null"
        case .encodedSlash: "encoded_slash"
        case .backslash: "backslash"
        case .lengthWithTransferEncoding: "length_with_transfer_encoding"
        case .badContentLength: "bad_content_length"
        case .repeatedContentLength: "repeated_content_length"
        case .badTransferEncoding: "bad_transfer_encoding"
        case .transferEncodingInHTTP10: "transfer_encoding_in_http10"
        case .unknownTransferCoding: "unknown_transfer_coding"
        case .badChunkSize: "bad_chunk_size"
        case .chunkSizeOverflow: "chunk_size_overflow"
        case .chunkExtensionTooLong: "chunk_extension_too_long"
        case .badChunkEnd: "bad_chunk_end"
        }
    }
}
