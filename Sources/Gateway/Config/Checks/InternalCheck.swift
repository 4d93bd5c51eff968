/// Checks what requests between services need: names that tell services apart, and a socket that can be made.
struct InternalCheck {
    let draft: ConfigurationDraft
    let places: DraftPlaces
    let root: Item

    func run() {
        for place in places.routes {
            guard case .string(InternalRoutes.name)? = place["name"]?.node.kind else { continue }
            place.member("name").error(
                "the name \"\(InternalRoutes.name)\" stands for requests between services in logs and metrics")
        }
        guard let address = draft.listen.internal else { return }
        checkHosts()
        // One that the file names has been checked where it was read.
        if case .unix(let path) = address, path.utf8.count > ProcessPlan.longestSocketPath {
            (root["stateDir"] ?? root).error(
                "\(path), where services reach each other, is too long for the path of a Unix socket",
                suggestion: "set \"listen.internal\" to a shorter one, or to \"off\"")
        }
    }

    /// Hosts are the same in upper and lower case, and names of services are not.
    private func checkHosts() {
        var taken: [HostPattern: String] = [:]
        for entry in places.services {
            guard let host = InternalRoutes.host(of: entry.key) else {
                entry.item.context.report(
                    .warning, at: entry.keyOffset, path: entry.item.path.description,
                    "other services cannot ask \"\(entry.key).internal\", which is not a host")
                continue
            }
            if let other = taken[host] {
                entry.keyError("the host \"\(host)\" stands for the service \"\(other)\" too")
            }
            taken[host] = entry.key
        }
    }
}
