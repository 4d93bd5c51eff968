import Bytes
import Telemetry
import Testing

/// The cases of W3C Trace Context, section 3.2, and of its validation suite (test_traceparent_*).
@Suite struct TraceContextTests {
    static func parse(_ text: String) -> TraceContext? { TraceContext(text.utf8.span) }

    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let parent = "00f067aa0ba902b7"

    @Test(
        arguments: [
            ("00-\(trace)-\(parent)-01", true),
            ("00-\(trace)-\(parent)-00", false),
            ("00-\(trace)-\(parent)-ff", true),
            ("01-\(trace)-\(parent)-01", true),
            ("cc-\(trace)-\(parent)-01-what-the-future-will-be-like", true),
            ("fe-\(trace)-\(parent)-00-", false),
        ])
    func `a valid traceparent is taken`(text: String, isSampled: Bool) throws {
        let context = try #require(Self.parse(text))
        #expect(context.traceID == (0x4bf9_2f35_77b3_4da6, 0xa3ce_929d_0e0e_4736))
        #expect(context.parentID == 0x00f0_67aa_0ba9_02b7)
        #expect(context.isSampled == isSampled)
    }

    @Test(
        arguments: [
            "", "00", "00-", "garbage",
            "ff-\(trace)-\(parent)-01",
            "00-\(trace)-\(parent)-01-extra", "00-\(trace)-\(parent)-01.", "00-\(trace)-\(parent)-1",
            "cc-\(trace)-\(parent)-01.what",
            "00-00000000000000000000000000000000-\(parent)-01", "00-\(trace)-0000000000000000-01",
            "00-4BF92f3577b34da6a3ce929d0e0e4736-\(parent)-01", "00-\(trace)-00F067aa0ba902b7-01",
            "0A-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-0X", "00-\(trace)-\(parent)-0A",
            "00-.bf92f3577b34da6a3ce929d0e0e4736-\(parent)-01", "0-\(trace)-\(parent)-01", "000-\(trace)-\(parent)-01",
            "00_\(trace)_\(parent)_01", "00-\(trace)4-0f067aa0ba902b7-01", " 00-\(trace)-\(parent)-01",
            "00-\(trace)-\(parent)-01 ",
        ])
    func `an invalid traceparent is refused`(text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test func `what is written reads back the same`() {
        var random = FastRandom(seed: 1)
        for _ in 0..<100 {
            let context = TraceContext(using: &random)
            var buffer = ByteBuffer()
            context.append(to: &buffer)
            #expect(buffer.readable.count == TraceContext.length)
            #expect(Self.parse(buffer.readable.text) == context)
            let child = context.makeChild(using: &random)
            #expect(child.traceID == context.traceID)
            #expect(child.parentID != context.parentID)
            #expect(child.isSampled)
        }
    }

    @Test func `a child clears the flags that it does not know`() throws {
        var random = FastRandom(seed: 1)
        let context = try #require(Self.parse("01-\(Self.trace)-\(Self.parent)-ff"))
        #expect(context.makeChild(using: &random).flags == 1)
    }
}
