import Foundation

/// How many TCP sockets of this machine are open at a local or remote port: listening ones, and both ends of connections.
/// Counts no other test's, as a look into /proc/self/fd would.
func openSockets(port: UInt16) throws -> Int {
    let port =
        ":" + String(repeating: "0", count: 4 - String(port, radix: 16).count) + String(port, radix: 16).uppercased()
    let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().filter { line in
        let columns = line.split(separator: " ")
        // Sockets that only the kernel still knows, such as those in TIME_WAIT, have no inode.
        return columns[9] != "0" && (columns[1].hasSuffix(port) || columns[2].hasSuffix(port))
    }.count
}
