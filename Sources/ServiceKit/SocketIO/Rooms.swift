/// Who is in which room.
struct Rooms {
    private var members: [String: Set<String>] = [:]
    private var rooms: [String: Set<String>] = [:]

    /// How many rooms somebody is in.
    func count(of member: String) -> Int { rooms[member]?.count ?? 0 }

    /// Whether somebody is in a room.
    func contains(_ member: String, in room: String) -> Bool { members[room]?.contains(member) ?? false }

    /// Everybody in a room.
    func members(of room: String) -> Set<String> { members[room] ?? [] }

    /// Lets somebody in.
    mutating func join(_ member: String, _ room: String) {
        members[room, default: []].insert(member)
        rooms[member, default: []].insert(room)
    }

    /// Lets somebody out.
    mutating func leave(_ member: String, _ room: String) {
        members[room]?.remove(member)
        if members[room]?.isEmpty == true { members[room] = nil }
        rooms[member]?.remove(room)
        if rooms[member]?.isEmpty == true { rooms[member] = nil }
    }

    /// Lets somebody out of all rooms.
    mutating func leaveAll(_ member: String) {
        for room in rooms[member] ?? [] { leave(member, room) }
    }
}
