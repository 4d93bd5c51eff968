/// A condition on a header field or a query parameter. Of several values with one name the first counts.
public struct RouteCondition: Hashable, Sendable, CustomStringConvertible {
    /// What is asked of the value.
    public enum Test: Hashable, Sendable {
        /// It is exactly this.
        case equals(String)
        /// It starts with this.
        case prefix(String)
        /// There is one.
        case present
        /// There is none.
        case absent

        /// How narrow the test is, for precedence.
        var weight: Int {
            switch self {
            case .equals: 4
            case .prefix: 3
            case .present: 2
            case .absent: 1
            }
        }

        /// Whether one value can pass both tests.
        func isCompatible(with other: Test) -> Bool {
            switch (self, other) {
            case (.absent, .absent): true
            case (.absent, _), (_, .absent): false
            case (.present, _), (_, .present): true
            case (.equals(let left), .equals(let right)): left == right
            case (.equals(let value), .prefix(let prefix)), (.prefix(let prefix), .equals(let value)):
                value.utf8.starts(with: prefix.utf8)
            case (.prefix(let left), .prefix(let right)):
                left.utf8.starts(with: right.utf8) || right.utf8.starts(with: left.utf8)
            }
        }
    }

    /// The field or parameter; field names are in lower case.
    public let name: String
    /// What is asked of its value.
    public let test: Test

    /// - Parameters:
    ///   - name: the field, in lower case, or the parameter.
    ///   - test: what is asked of its value.
    public init(name: String, test: Test) {
        self.name = name
        self.test = test
    }

    /// Such as `x-tenant=blue`, `x-tenant=b*`, `x-tenant` or `!x-tenant`.
    public var description: String {
        switch test {
        case .equals(let value): "\(name)=\(value)"
        case .prefix(let value): "\(name)=\(value)*"
        case .present: name
        case .absent: "!\(name)"
        }
    }
}
