import Bytes
import HTTP
import Testing

@Suite struct CloseFrameTests {
    private func frame(_ code: CloseFrame.Code, mask: UInt32?) -> [UInt8] {
        var buffer = ByteBuffer()
        CloseFrame.append(code, mask: mask, to: &buffer)
        return buffer.readable.array
    }

    @Test func `a frame to a client is not masked, one to a server is`() {
        #expect(frame(.goingAway, mask: nil) == [0x88, 0x02, 0x03, 0xE9])
        #expect(frame(.protocolError, mask: nil) == [0x88, 0x02, 0x03, 0xEA])
        #expect(
            frame(.goingAway, mask: 0x1234_5678) == [0x88, 0x82, 0x12, 0x34, 0x56, 0x78, 0x03 ^ 0x12, 0xE9 ^ 0x34])
    }

    @Test(arguments: [(FrameTracker.Sender.client, 0xA5A5_0F0F as UInt32?), (.server, nil)])
    func `it is a whole frame of its sender`(sender: FrameTracker.Sender, mask: UInt32?) throws {
        let bytes = frame(.goingAway, mask: mask)
        var tracker = FrameTracker(sender)
        let passed = try tracker.follow(bytes.span)
        #expect(passed == bytes.count && tracker.isAtBoundary && tracker.hasClosed)
    }
}
