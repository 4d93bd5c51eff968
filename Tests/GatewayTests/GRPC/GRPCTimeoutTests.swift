import Bytes
import HTTP
import Policy
import Testing

@testable import Gateway

struct GRPCTimeoutTests {
    @Test(arguments: [
        ("1n", 1), ("20u", 20_000), ("5m", 5_000_000), ("3S", 3_000_000_000), ("1M", 60_000_000_000),
        ("2H", 7_200_000_000_000), ("0S", 0), ("00000001S", 1_000_000_000), ("99999999n", 99_999_999),
        ("99999999S", 99_999_999_000_000_000), ("99999999H", UInt64.max),
    ])
    func `a timeout is digits and a unit`(text: String, time: UInt64) {
        #expect(parse(text) == time)
    }

    @Test(arguments: [
        "", "S", "1", "1s", "1h", "-1S", "+1S", " 1S", "1 S", "1S ", "1.5S", "1SS", "123456789S", "1\u{e9}", "0x1S",
    ])
    func `anything else is none`(text: String) {
        #expect(parse(text) == nil)
    }

    @Test(arguments: [
        (0, "1n"), (1, "1n"), (99_999_999, "99999999n"), (100_000_000, "100000u"), (1_500_000_000, "1500000u"),
        (99_999_999_999, "99999999u"), (100_000_000_000, "100000m"), (3_600_000_000_000, "3600000m"),
        (100_000_000_000_000, "100000S"), (UInt64.max, "5124095H"),
    ])
    func `what is left is written in the finest unit that holds it`(time: UInt64, text: String) {
        var buffer = ByteBuffer()
        GRPCTimeout.write(time, to: &buffer)
        #expect(buffer.readable.text == text)
    }

    @Test func `a time that was written is read back, and never longer`() {
        var random = SplitMix(seed: 7)
        for _ in 0..<10_000 {
            let time = random.next() >> (random.next() % 64)
            var buffer = ByteBuffer()
            GRPCTimeout.write(time, to: &buffer)
            let read = GRPCTimeout.parse(buffer.readable) ?? .max
            #expect(read <= max(time, 1))
            #expect(time - min(time, read) <= time / 50_000)
        }
    }

    @Test func `the field of a request is replaced, whatever its case`() {
        var fields = FieldBlock()
        var scratch = ByteBuffer()
        fields.append(name: Array("Grpc-Timeout".utf8).span, value: Array("5S".utf8).span)
        let given = GRPCTimeout.value(in: fields)
        #expect(given == 5_000_000_000)
        GRPCTimeout.set(20_000_000, in: &fields, scratch: &scratch)
        #expect(fields.count == 1)
        #expect(fields.value(at: 0).text == "20000000n")
        GRPCTimeout.set(nil, in: &fields, scratch: &scratch)
        let (count, left) = (fields.count, GRPCTimeout.value(in: fields))
        #expect(count == 0)
        #expect(left == nil)
    }

    private func parse(_ text: String) -> UInt64? { GRPCTimeout.parse(Array(text.utf8).span) }
}
