internal import Bytes
internal import HTTP

/// The open WebSockets of one loop. They have no timers of their own: once a second all are looked at.
final class Tunnels {
    private(set) var open: [ObjectIdentifier: Tunnel] = [:]
    private var isDraining = false

    /// Takes one in that has just been opened. Meanwhile the gateway may have begun to stop, or its route may be gone.
    func insert(_ tunnel: Tunnel, _ snapshot: Snapshot) {
        open[ObjectIdentifier(tunnel)] = tunnel
        if isDraining { tunnel.close(.goingAway, because: .draining) }
        tunnel.adopt(snapshot)
    }

    /// Lets go of one that has ended.
    func remove(_ tunnel: Tunnel) {
        open[ObjectIdentifier(tunnel)] = nil
    }

    /// Ends those that have been silent for too long, and those whose time to say goodbye is over.
    func sweep(at now: Instant) {
        for tunnel in open.values { tunnel.expire(at: now) }
    }

    /// Ends those that another configuration does not allow as they are.
    func adopt(_ snapshot: Snapshot) {
        for tunnel in open.values { tunnel.adopt(snapshot) }
    }

    /// Ends all, and those that are still to come.
    func drain() {
        isDraining = true
        for tunnel in open.values { tunnel.close(.goingAway, because: .draining) }
    }
}
