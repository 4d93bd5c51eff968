import Bytes
import HTTP
import Testing

@Suite struct FieldBlockTests {
    @Test func `fields are kept in order with their bytes`() {
        var block = FieldBlock()
        block.append(name: "X-One".bytes.span, value: "1".bytes.span)
        block.append(.contentType, value: "text/plain")
        block.append(.contentLength, value: 42)
        #expect(block.texts == ["X-One: 1", "Content-Type: text/plain", "Content-Length: 42"])
        let known = (0..<3).map { block.known(at: $0) }
        #expect(known == [.other, .contentType, .contentLength])
    }

    @Test func `a field is found by its known name and by its bytes in any case`() {
        var block = FieldBlock()
        block.append(name: "aCCept".bytes.span, value: "a".bytes.span)
        block.append(name: "x-two".bytes.span, value: "b".bytes.span)
        block.append(name: "ACCEPT".bytes.span, value: "c".bytes.span)
        let first = block.firstIndex(of: .accept)
        let next = block.nextIndex(of: .accept, after: 0)
        let count = block.occurrences(of: .accept)
        let named = block.firstIndex(named: "X-TWO".bytes.span)
        let missing = block.firstIndex(of: .cookie)
        #expect(first == 0)
        #expect(next == 2)
        #expect(count == 2)
        #expect(named == 1)
        #expect(missing == nil)
    }

    @Test func `removing takes every occurrence and leaves the rest in order`() {
        var block = FieldBlock()
        for (index, name) in ["via", "cookie", "VIA", "date", "x"].enumerated() {
            block.append(name: name.bytes.span, value: "\(index)".bytes.span)
        }
        block.removeAll(of: .via)
        #expect(block.texts == ["cookie: 1", "date: 3", "x: 4"])
        block.removeAll(named: "X".bytes.span)
        block.remove(at: 0)
        #expect(block.texts == ["date: 3"])
        block.append(.via, value: "again")
        block.removeAll { index, fields in fields.known(at: index) == .date }
        #expect(block.texts == ["Via: again"])
        block.removeAll()
        let isEmpty = block.isEmpty
        let holdsVia = block.contains(.via)
        #expect(isEmpty)
        #expect(!holdsVia)
    }

    @Test func `a value cannot start another field`() {
        var block = FieldBlock()
        block.append(name: "a".bytes.span, value: "b\r\nEvil: yes\0".bytes.span)
        #expect(block.texts == ["a: b  Evil: yes "])
    }

    @Test(arguments: ["", "a b", "a:", "a\r\n", "\u{e9}", "a(b)"])
    func `a name that is no token is not taken`(name: String) {
        var block = FieldBlock()
        let taken = block.append(name: name.bytes.span, value: "".bytes.span)
        let count = block.count
        #expect(!taken)
        #expect(count == 0)
    }

    @Test func `a block copies fields of another`() {
        var one = FieldBlock()
        one.append(.etag, value: "\"x\"")
        var two = FieldBlock()
        two.append(from: one, at: 0)
        #expect(two.texts == ["ETag: \"x\""])
    }
}
