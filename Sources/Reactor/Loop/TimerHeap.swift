internal import Bytes

/// Something with a deadline on a loop. Its place in the heap is kept in the object, so that it can leave the heap when it
/// is closed, and so that moving a deadline later, which is what nearly every request does, costs nothing at all: the
/// heap's entry stays early, and is put back where it belongs when it comes up.
public class TimerNode {
    /// When the heap will look at this node, `never` while it is not in the heap.
    fileprivate(set) var armedAt = Instant.never
    fileprivate var place = -1

    init() {}

    /// The heap's entry came up. Returns the deadline to wait for instead, or `never`.
    func expire(at now: Instant) -> Instant { .never }
}

/// A binary heap of deadlines.
struct TimerHeap {
    private var nodes: [TimerNode] = []

    /// The earliest entry, `never` when there is none.
    var earliest: Instant { nodes.first?.armedAt ?? .never }

    /// How many nodes are armed.
    var count: Int { nodes.count }

    /// Makes sure that the node is looked at no later than `deadline`.
    mutating func arm(_ node: TimerNode, at deadline: Instant) {
        guard deadline < node.armedAt else { return }
        node.armedAt = deadline
        if node.place < 0 {
            node.place = nodes.count
            nodes.append(node)
        }
        siftUp(from: node.place)
    }

    /// Takes the node out.
    mutating func remove(_ node: TimerNode) {
        let place = node.place
        guard place >= 0 else { return }
        node.place = -1
        node.armedAt = .never
        let last = nodes.removeLast()
        guard last !== node else { return }
        nodes[place] = last
        last.place = place
        siftDown(from: place)
        siftUp(from: last.place)
    }

    /// Expires every node whose entry is due.
    mutating func takeDue(at now: Instant) -> TimerNode? {
        guard let first = nodes.first, first.armedAt <= now else { return nil }
        remove(first)
        return first
    }

    private mutating func siftUp(from start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard nodes[place].armedAt < nodes[parent].armedAt else { return }
            swap(place, parent)
            place = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < nodes.count {
                if nodes[child].armedAt < nodes[least].armedAt { least = child }
            }
            if least == place { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ first: Int, _ second: Int) {
        nodes.swapAt(first, second)
        nodes[first].place = first
        nodes[second].place = second
    }
}
