public import Bytes

/// A request method (RFC 9110 section 9), as one byte that also indexes metrics.
///
/// Methods are case-sensitive. One that is not listed is ``other``; its token stays in the head.
public enum Method: UInt8, CaseIterable, Sendable {
    /// `GET`.
    case get
    /// `HEAD`.
    case head
    /// `POST`.
    case post
    /// `PUT`.
    case put
    /// `DELETE`.
    case delete
    /// `PATCH`.
    case patch
    /// `OPTIONS`.
    case options
    /// `TRACE`.
    case trace
    /// `CONNECT`.
    case connect
    /// Any other token.
    case other

    /// The method with this token, ``other`` when it is not listed.
    @inlinable
    public init(_ token: Span<UInt8>) {
        self = .other
        switch token.count {
        case 3: if token.equals("GET") { self = .get } else if token.equals("PUT") { self = .put }
        case 4: if token.equals("POST") { self = .post } else if token.equals("HEAD") { self = .head }
        case 5: if token.equals("PATCH") { self = .patch } else if token.equals("TRACE") { self = .trace }
        case 6: if token.equals("DELETE") { self = .delete }
        case 7: if token.equals("OPTIONS") { self = .options } else if token.equals("CONNECT") { self = .connect }
        default: break
        }
    }

    /// A small number of its own, below ``count``.
    @inlinable public var index: Int { Int(rawValue) }

    /// How many indexes there are.
    @inlinable public static var count: Int { 10 }

    /// Whether the method asks for no change of state (RFC 9110 section 9.2.1).
    @inlinable
    public var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace: true
        case .post, .put, .delete, .patch, .connect, .other: false
        }
    }

    /// Whether sending the request twice means the same as once (RFC 9110 section 9.2.2).
    @inlinable
    public var isIdempotent: Bool { isSafe || self == .put || self == .delete }

    /// The token as it is sent; empty for ``other``.
    @inlinable
    public var token: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .patch: "PATCH"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other: ""
        }
    }
}
