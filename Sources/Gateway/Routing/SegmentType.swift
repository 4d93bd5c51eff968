import Bytes

/// What the segment of a parameter may be, the narrowest first: that is also the order in which they are tried.
public enum SegmentType: String, CaseIterable, Hashable, Sendable {
    /// Decimal digits.
    case int
    /// 36 characters: hexadecimal digits in groups of 8, 4, 4, 4 and 12 (RFC 9562 section 4).
    case uuid
    /// ASCII letters, digits, `-` and `_`.
    case slug
    /// Any bytes.
    case any

    /// A segment of this type, for messages.
    var example: String {
        switch self {
        case .int: "1"
        case .uuid: "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
        case .slug: "a"
        case .any: "x"
        }
    }

    /// Whether the segment, which is not empty, is of this type.
    func accepts(_ segment: Span<UInt8>) -> Bool {
        switch self {
        case .any: return true
        case .int:
            for index in segment.indices where !ASCII.isDigit(segment[index]) { return false }
            return true
        case .slug:
            for index in segment.indices {
                let byte = segment[index]
                guard ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") else {
                    return false
                }
            }
            return true
        case .uuid:
            guard segment.count == 36 else { return false }
            for index in segment.indices {
                let isDash = index == 8 || index == 13 || index == 18 || index == 23
                let fits = isDash ? segment[index] == UInt8(ascii: "-") : ASCII.hexValue(segment[index]) != nil
                if !fits { return false }
            }
            return true
        }
    }
}

extension SegmentType {
    /// How many types there are.
    static let count = 4

    /// A number below four, in the order of precedence.
    var order: Int {
        switch self {
        case .int: 0
        case .uuid: 1
        case .slug: 2
        case .any: 3
        }
    }

    /// The type with this order.
    init(order: Int) {
        self =
            switch order {
            case 0: .int
            case 1: .uuid
            case 2: .slug
            default: .any
            }
    }
}
