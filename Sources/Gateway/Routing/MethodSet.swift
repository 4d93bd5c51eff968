public import HTTP

/// A set of request methods, one bit each.
public struct MethodSet: OptionSet, Hashable, Sendable {
    /// One bit per ``Method``, at its index.
    public let rawValue: UInt16

    /// - Parameter rawValue: one bit per method, at its index.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The set of one method.
    @inlinable
    public init(_ method: Method) {
        self.init(rawValue: 1 << UInt16(method.index))
    }

    /// Every method, also those that have no name of their own.
    public static let any = MethodSet(rawValue: (1 << UInt16(Method.count)) - 1)

    /// Whether the method belongs to the set.
    @inlinable
    public func contains(_ method: Method) -> Bool {
        rawValue & (1 << UInt16(method.index)) != 0
    }

    /// The methods in their usual order.
    public var methods: [Method] {
        Method.allCases.filter { contains($0) }
    }

    /// The value of an `Allow` field (RFC 9110 section 10.2.1), such as `GET, HEAD`.
    public var allowValue: String {
        methods.filter { $0 != .other }.map { "\($0.token)" }.joined(separator: ", ")
    }
}
