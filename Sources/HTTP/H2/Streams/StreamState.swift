/// Where a stream is in its life (RFC 9113 section 5.1). There is no push, and so nothing is ever reserved.
///
/// ```
///            open, the head        END_STREAM comes
///    idle -----------------> open -----------------> half-closed (remote)
///                             |                           |
///            END_STREAM goes  |                           |  END_STREAM goes
///                             v                           v
///             half-closed (local) ------------------> closed
///                             END_STREAM comes
/// ```
///
/// RST_STREAM in either direction leads from everywhere to closed.
enum StreamState {
    /// We have the identifier and have sent nothing.
    case idle
    case open
    /// We have ended our side.
    case halfClosedLocal
    /// The peer has ended its side.
    case halfClosedRemote
    case closed

    /// Whether frames may come for the stream.
    var isActive: Bool { self != .idle && self != .closed }

    /// Whether the peer may still send a message.
    var canReceive: Bool { self == .open || self == .halfClosedLocal }

    /// Whether we may still send a message that has begun.
    var canSend: Bool { self == .open || self == .halfClosedRemote }

    /// The peer ended its side.
    mutating func endReceiving() {
        switch self {
        case .open: self = .halfClosedRemote
        case .halfClosedLocal: self = .closed
        case .idle, .halfClosedRemote, .closed: preconditionFailure("a stream ended twice")
        }
    }

    /// We end our side.
    mutating func endSending() {
        switch self {
        case .open: self = .halfClosedLocal
        case .halfClosedRemote: self = .closed
        case .idle, .halfClosedLocal, .closed: preconditionFailure("a stream ended twice")
        }
    }
}
