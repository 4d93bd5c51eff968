import Bytes
import HTTP

/// The header and query conditions of a route, as bytes.
struct CompiledConditions: Sendable {
    private struct Condition: Sendable {
        let name: [UInt8]
        let known: KnownField
        let test: Test
    }

    private enum Test: Sendable {
        case equals([UInt8])
        case prefix([UInt8])
        case present
        case absent
    }

    private let headers: [Condition]
    private let query: [Condition]
    /// Whether there is nothing to check.
    let isEmpty: Bool

    init(_ pattern: RoutePattern) {
        headers = pattern.headers.map(Self.compile)
        query = pattern.query.map(Self.compile)
        isEmpty = headers.isEmpty && query.isEmpty
    }

    /// Whether all of them hold.
    func hold(for head: borrowing RequestHead) -> Bool {
        for condition in headers {
            let isHost = condition.known == .host
            if isHost {
                // The head keeps the host apart from the other fields.
                guard Self.passes(condition.test, head.authority) else { return false }
            } else if let index = Self.index(of: condition, in: head.fields) {
                guard Self.passes(condition.test, head.fields.value(at: index)) else { return false }
            } else if case .absent = condition.test {
                continue
            } else {
                return false
            }
        }
        for condition in query where !Self.holds(condition, inQueryOf: head) { return false }
        return true
    }

    private static func compile(_ condition: RouteCondition) -> Condition {
        let name = Array(condition.name.utf8)
        let test: Test =
            switch condition.test {
            case .equals(let value): .equals(Array(value.utf8))
            case .prefix(let value): .prefix(Array(value.utf8))
            case .present: .present
            case .absent: .absent
            }
        return Condition(name: name, known: KnownField(name: name.span), test: test)
    }

    private static func index(of condition: Condition, in fields: borrowing FieldBlock) -> Int? {
        condition.known == .other
            ? fields.firstIndex(named: condition.name.span) : fields.firstIndex(of: condition.known)
    }

    /// Looks at the first `name` or `name=value` between the `&`s of the query, without decoding it.
    private static func holds(_ condition: Condition, inQueryOf head: borrowing RequestHead) -> Bool {
        if let query = head.query {
            var start = 0
            while start <= query.count {
                var end = start
                while end < query.count, query[end] != UInt8(ascii: "&") { end += 1 }
                var equals = start
                while equals < end, query[equals] != UInt8(ascii: "=") { equals += 1 }
                if query.extracting(start..<equals).equals(condition.name.span) {
                    return passes(condition.test, query.extracting(min(equals + 1, end)..<end))
                }
                start = end + 1
            }
        }
        if case .absent = condition.test { return true }
        return false
    }

    private static func passes(_ test: Test, _ value: Span<UInt8>) -> Bool {
        switch test {
        case .equals(let expected): value.equals(expected.span)
        case .prefix(let prefix): value.starts(with: prefix.span)
        case .present: true
        case .absent: false
        }
    }
}
