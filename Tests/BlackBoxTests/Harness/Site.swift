extension Upstream {
    /// A server whose answers depend on who else is there, see `Support/site.py`.
    static func site() throws -> Upstream {
        try Upstream("site.py", name: "site")
    }

    private func ask(_ request: String) throws -> JSON {
        try Wire(port: port).exchange(request).json
    }

    /// How many clients are in `/events`, `/poll`, `/together` or `/endless` of a site now.
    func present(_ place: String) throws -> Int {
        try ask("GET /__present HTTP/1.1\r\nHost: x\r\n\r\n")[place].int ?? 0
    }

    /// Tells all that wait for it; returns how many those were.
    func publish(_ text: String) throws -> Int {
        let length = "Content-Length: \(text.utf8.count)"
        return try ask("POST /publish HTTP/1.1\r\nHost: x\r\n\(length)\r\n\r\n\(text)")["listeners"].int ?? -1
    }
}
