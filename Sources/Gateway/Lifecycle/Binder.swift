internal import Reactor

/// Opens listening sockets, one for every loop: for TCP the kernel spreads connections over them, those of a Unix socket
/// are the same one, and whichever loop has time takes the next connection.
enum Binder {
    /// An address that cannot be listened on.
    struct Failure: Error, CustomStringConvertible {
        let field: String
        let address: ListenAddress
        let error: SystemError

        var description: String {
            let hint =
                switch error.code {
                case 98: "the address is in use; another process listens there"
                case 13: "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE"
                case 99: "no interface of this machine has the address"
                default: "\(error)"
                }
            return "\(field) \(address) cannot be bound: \(hint)"
        }
    }

    /// Listening sockets for one address, one for each of `count` loops.
    struct Sockets: ~Copyable {
        let address: ListenAddress
        /// With the port that the kernel chose.
        let bound: SocketAddress
        private var numbers: [Int32]

        init(address: ListenAddress, bound: SocketAddress, numbers: [Int32]) {
            self.address = address
            self.bound = bound
            self.numbers = numbers
        }

        deinit {
            for number in numbers { _ = Descriptor(owning: number) }
        }

        /// Gives away the socket of one loop; nil when there is none left.
        mutating func take() -> Int32? { numbers.popLast() }
    }

    /// - Parameter isOurs: sockets of this process have the port already, for another address.
    static func bind(
        _ address: ListenAddress, field: String, count: Int, isOurs: Bool = false
    ) throws(Failure) -> Sockets {
        do throws(SystemError) {
            let candidates = try resolve(address)
            var failure: SystemError?
            for candidate in candidates {
                do throws(SystemError) {
                    return try open(address, candidate, count: count, isFirst: !isOurs)
                } catch {
                    failure = failure ?? error
                    // A machine without IPv6 listens on IPv4 alone.
                    if error.code != 97 && error.code != 99 { throw error }
                }
            }
            throw failure ?? SystemError(call: "bind", code: 99)
        } catch {
            throw Failure(field: field, address: address, error: error)
        }
    }

    private static func open(
        _ address: ListenAddress, _ candidate: SocketAddress, count: Int, isFirst: Bool
    ) throws(SystemError) -> Sockets {
        let first = try Listener.open(candidate, isShared: true, isFirst: isFirst)
        let bound = try Listener.address(of: first)
        var numbers = [first.release()]
        while numbers.count < count {
            do {
                let next =
                    if case .unix = candidate { try Descriptor.duplicate(of: numbers[0]) } else {
                        try Listener.open(bound, isShared: true, isFirst: false)
                    }
                numbers.append(next.release())
            } catch {
                for number in numbers { _ = Descriptor(owning: number) }
                throw error
            }
        }
        return Sockets(address: address, bound: bound, numbers: numbers)
    }

    private static func resolve(_ address: ListenAddress) throws(SystemError) -> [SocketAddress] {
        switch address {
        case .unix(let path): return [.unix(path: path)]
        case .tcp(nil, let port): return [.any(port: port), .any(port: port, ipv6: false)]
        case .tcp(let host?, let port):
            do {
                return try Resolver.resolveBlocking(host, port: port)
            } catch {
                throw SystemError(call: "getaddrinfo", code: 99)
            }
        }
    }
}
