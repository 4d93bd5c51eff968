import Bytes
import Testing

@Suite struct ByteBufferTests {
    @Test func `what is appended is readable in order and consumed from the front`() {
        var buffer = ByteBuffer()
        buffer.append("hello ")
        buffer.append([1, 2, 3].span)
        buffer.append(7)
        #expect(buffer.readable.array == Array("hello ".utf8) + [1, 2, 3, 7])
        buffer.consume(6)
        #expect(buffer.readable.array == [1, 2, 3, 7])
        buffer.consume(4)
        let isEmpty = buffer.isEmpty
        #expect(isEmpty)
    }

    @Test func `growing and compacting keep the readable bytes`() {
        var buffer = ByteBuffer(capacity: 4)
        var expected: [UInt8] = []
        for round in 0..<500 {
            let byte = UInt8(truncatingIfNeeded: round)
            buffer.append(byte)
            expected.append(byte)
            if round % 3 == 0 {
                buffer.consume(1)
                expected.removeFirst()
            }
            #expect(buffer.readable.array == expected)
        }
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (10, "10"), (65535, "65535"), (UInt64.max, "18446744073709551615"),
        ] as [(UInt64, String)])
    func `decimal numbers are written as text`(value: UInt64, text: String) {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(buffer.readable.text == text)
    }

    @Test(
        arguments: [
            (0, 1, "0"), (255, 1, "ff"), (255, 4, "00ff"), (UInt64.max, 1, "ffffffffffffffff"),
        ] as [(UInt64, Int, String)])
    func `hexadecimal numbers are written as text`(value: UInt64, digits: Int, text: String) {
        var buffer = ByteBuffer()
        buffer.append(hexadecimal: value, minimumDigits: digits)
        #expect(buffer.readable.text == text)
    }

    @Test func `a pool lends a returned buffer again, empty`() {
        let pool = BufferPool(size: 64, limit: 1)
        var buffer = pool.lend()
        buffer.append("left over")
        pool.reclaim(buffer)
        let again = pool.lend()
        let (isEmpty, capacity) = (again.isEmpty, again.capacity)
        #expect(isEmpty)
        #expect(capacity == 64)
    }
}
