import Bytes
import HTTP

extension RouteTrie {
    /// One walk through the trie for one request.
    ///
    /// Children are tried in the order of precedence (literal, then parameters by type, then the tail) and left again
    /// when nothing below them takes the request; every node is visited at most once.
    struct Walk {
        let method: Method
        var captures = Captures()
        /// The methods of routes that have the path but not the request's method.
        var allow: MethodSet = []
    }

    /// The best route below `node` for the rest of the path, which starts at the `/` at `position`, or is all consumed.
    func match(
        _ head: borrowing RequestHead, path: Span<UInt8>, from position: Int, at index: Int, walk: inout Walk
    ) -> Int? {
        let node = nodes[index]
        if position >= path.count {
            return best(node.ends, head, walk: &walk)
        }
        let start = position + 1
        var end = start
        var hash = ByteTable.seed(UInt32(truncatingIfNeeded: index))
        while end < path.count {
            let byte = path[end]
            if byte == UInt8(ascii: "/") { break }
            hash = ByteTable.mix(hash, byte)
            end += 1
        }
        let segment = path.extracting(start..<end)
        if let child = literals.find(segment, parent: UInt32(truncatingIfNeeded: index), hash: hash),
            let route = match(head, path: path, from: end, at: Int(child), walk: &walk)
        {
            return route
        }
        if node.hasParameters, !segment.isEmpty {
            for order in 0..<SegmentType.count {
                let child = node.parameters[order]
                guard child != 0, SegmentType(order: order).accepts(segment) else { continue }
                walk.captures.append(start..<end)
                if let route = match(head, path: path, from: end, at: Int(child), walk: &walk) { return route }
                walk.captures.removeLast()
            }
        }
        guard !node.tails.isEmpty, let route = best(node.tails, head, walk: &walk) else { return nil }
        walk.captures.append(start..<path.count)
        return route
    }

    /// The first candidate that takes the request.
    private func best(_ range: Range<Int>, _ head: borrowing RequestHead, walk: inout Walk) -> Int? {
        for index in range {
            let methods = candidates[index].methods
            let fits = methods.contains(walk.method)
            if fits || !walk.allow.isSuperset(of: methods) {
                guard candidates[index].conditions.isEmpty || candidates[index].conditions.hold(for: head) else {
                    continue
                }
                if fits { return candidates[index].route }
                walk.allow.formUnion(methods)
            }
        }
        return nil
    }
}
