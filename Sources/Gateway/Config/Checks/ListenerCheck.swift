/// Finds addresses that cannot all be bound: those of the listeners, and the fixed ports of processes.
struct ListenerCheck {
    let draft: ConfigurationDraft
    let places: DraftPlaces
    let root: Item

    private struct Use {
        let address: ListenAddress
        let name: String
        let place: Item
    }

    func run() {
        var uses: [Use] = []
        for use in all() {
            if let other = uses.first(where: { $0.address.conflicts(with: use.address) }) {
                use.place.error("\(use.name) and \(other.name) both want \(use.address)")
            }
            uses.append(use)
        }
    }

    private func all() -> [Use] {
        let listen = places.listen ?? root
        func uses(_ addresses: [ListenAddress], _ key: String) -> [Use] {
            addresses.map { Use(address: $0, name: "listen.\(key)", place: listen[key] ?? listen) }
        }
        var uses =
            uses(draft.listen.https, "https") + uses(draft.listen.http, "http")
            + uses(draft.listen.admin.map { [$0] } ?? [], "admin")
            + uses(draft.listen.internal.map { [$0] } ?? [], "internal")
        for service in draft.services {
            guard case .process(let process) = service.source, let first = process.port,
                let place = places.services.first(where: { $0.key == service.name })?.item
            else { continue }
            for port in Int(first)..<Int(first) + process.instances where port <= 65_535 {
                uses.append(
                    Use(
                        address: .tcp(host: "127.0.0.1", port: UInt16(port)), name: "the service \"\(service.name)\"",
                        place: place["port"] ?? place))
            }
        }
        return uses
    }
}
