/// What a peer did that ended its connection.
public enum H2Violation: UInt8, CaseIterable, Sendable {
    // Rules of the protocol.
    /// The first bytes are not the client's preface (RFC 9113 section 3.4).
    case badPreface
    /// The first frame is not SETTINGS (RFC 9113 section 3.4).
    case missingSettings
    /// A frame is longer than SETTINGS_MAX_FRAME_SIZE (RFC 9113 section 4.2).
    case frameTooLarge
    /// A frame's length does not fit its type (RFC 9113 section 4.2).
    case badFrameLength
    /// A frame's padding is as long as the frame (RFC 9113 section 6.1).
    case badPadding
    /// A frame that needs a stream names none, or one of the connection names a stream (RFC 9113 section 6).
    case badStreamID
    /// A frame for a stream that was never opened (RFC 9113 section 5.1).
    case idleStream
    /// A stream opened with an identifier that is not the peer's to use (RFC 9113 section 5.1.1).
    case unexpectedStreamID
    /// A frame for a stream that has ended (RFC 9113 section 5.1).
    case closedStream
    /// A field block was interrupted, or continued where none was begun (RFC 9113 section 6.10).
    case badContinuation
    /// A setting has a value that it cannot have (RFC 9113 section 6.5.2).
    case badSetting
    /// PUSH_PROMISE, which nobody may send to us (RFC 9113 section 8.4).
    case unexpectedPush
    /// PRIORITY_UPDATE that its sender may not send or that names no request (RFC 9218 section 7.1).
    case badPriorityUpdate
    /// PRIORITY with a bad length or on itself, for a stream that is not open (RFC 9113 section 6.3).
    case badPriority
    /// WINDOW_UPDATE by zero for the connection (RFC 9113 section 6.9).
    case emptyWindowUpdate
    /// A window beyond 2^31-1 (RFC 9113 section 6.9.1).
    case windowOverflow
    /// More data than the connection's window allowed (RFC 9113 section 6.9.1).
    case windowExceeded
    /// GOAWAY that names a stream of the wrong side, or a later one than before (RFC 9113 section 6.8).
    case badGoAway
    /// A field block that cannot be decompressed (RFC 7541).
    case badCompression

    // Work that is not worth its cost.
    /// Too many streams reset before their response ended (CVE-2023-44487).
    case rapidReset
    /// Too many streams that had to be reset because the client broke their rules (CVE-2025-8671).
    case madeYouReset
    /// Too many streams opened beyond the limit.
    case refusedStreams
    /// Too many CONTINUATION frames, or too many bytes in them (CVE-2024-27316).
    case continuationFlood
    /// Too many SETTINGS (CVE-2019-9515).
    case settingsFlood
    /// Too many PING (CVE-2019-9512).
    case pingFlood
    /// Too many PRIORITY or PRIORITY_UPDATE (CVE-2019-9513).
    case priorityFlood
    /// Too many frames without content (CVE-2019-9518).
    case emptyFrameFlood
    /// Too many WINDOW_UPDATE for what was sent.
    case windowUpdateFlood
    /// Too many frames of unknown types.
    case unknownFrameFlood
    /// Too many frames for streams that have ended (CVE-2019-9514).
    case strayFrameFlood
    /// The peer asks and does not read the answers (CVE-2019-9512, CVE-2019-9515).
    case unreadAnswers

    /// A stable name for logs and metrics.
    public var reason: StaticString {
        switch self {
        case .badPreface: "bad_preface"
        case .missingSettings: "missing_settings"
        case .frameTooLarge: "frame_too_large"
        case .badFrameLength: "bad_frame_length"
        case .badPadding: "bad_padding"
        case .badStreamID: "bad_stream_id"
        case .idleStream: "idle_stream"
        case .unexpectedStreamID: "unexpected_stream_id"
        case .closedStream: "closed_stream"
        case .badContinuation: "bad_continuation"
        case .badSetting: "bad_setting"
        case .unexpectedPush: "unexpected_push"
        case .badPriorityUpdate: "bad_priority_update"
        case .badPriority: "bad_priority"
        case .emptyWindowUpdate: "empty_window_update"
        case .windowOverflow: "window_overflow"
        case .windowExceeded: "window_exceeded"
        case .badGoAway: "bad_goaway"
        case .badCompression: "bad_compression"
        case .rapidReset: "rapid_reset"
        case .madeYouReset: "made_you_reset"
        case .refusedStreams: "refused_streams"
        case .continuationFlood: "continuation_flood"
        case .settingsFlood: "settings_flood"
        case .pingFlood: "ping_flood"
        case .priorityFlood: "priority_flood"
        case .emptyFrameFlood: "empty_frame_flood"
        case .windowUpdateFlood: "window_update_flood"
        case .unknownFrameFlood: "unknown_frame_flood"
        case .strayFrameFlood: "stray_frame_flood"
        case .unreadAnswers: "unread_answers"
        }
    }
}
