import Foundation
import Testing

/// The clients of nghttp2, which can be as strange as RFC 9113 allows: windows of a few bytes, padding, trailers.
@Suite(.enabled(if: Places.nghttp != nil, "nghttp was out of reach: install nghttp2-client"))
struct NghttpTests {
    let gateway: GatewayProcess

    init() throws {
        gateway = try Fixture.shared().gateway
    }

    private func nghttp(_ options: String..., targets: [String], input: Data = Data()) throws -> Command {
        let urls = targets.map { gateway.url + $0 }
        return try Command.run(Places.nghttp!, ["--no-verify-peer"] + options + urls, input: input)
    }

    @Test func `several requests on one connection are all answered`() throws {
        let targets = (0..<20).map { "/open/\($0)?bytes=20000" }
        let command = try nghttp("--stat", "--null-out", targets: targets)
        #expect(command.status == 0, "\(command.allText)")
        let rows = command.text.split(separator: "\n").filter { $0.contains("/open/") }
        #expect(rows.count == 20)
        #expect(rows.allSatisfy { $0.contains(" 200 ") && $0.contains(" 19K ") }, "\(command.text)")
    }

    @Test(arguments: [("1", 400), ("4", 6000), ("10", 200_000), ("30", 200_000)])
    func `an answer fits through a window of any size`(bits: String, count: Int) throws {
        // One byte, fifteen, and so on. Who goes on like that for long is sent away: that is an attack.
        let command = try nghttp("--window-bits", bits, targets: ["/open/a?bytes=\(count)"])
        #expect(command.output.count == count)
        #expect(command.output.allSatisfy { $0 == UInt8(ascii: "x") })
    }

    @Test func `so it does through that of the connection`() throws {
        let command = try nghttp(
            "--window-bits", "30", "--connection-window-bits", "16", "--stat", "--null-out",
            targets: ["/open/a?bytes=500000", "/open/b?bytes=500000", "/open/c?bytes=500000"])
        #expect(command.text.matches(of: #/ 200 +488K /#).count == 3, "\(command.text)")
    }

    @Test func `padding is taken off`() throws {
        let folder = try TemporaryFolder()
        let body = String(repeating: "padded ", count: 5000)
        let file = try folder.write(body, to: "body")
        let command = try nghttp("--padding", "200", "--data", file.path, targets: ["/open/a"])
        let seen = JSON(command.output)
        #expect(seen["length"].int == body.utf8.count, "\(command.allText)")
        #expect(seen["body"].string?.hasPrefix("padded padded ") == true)
    }

    @Test(arguments: [[], ["--no-content-length"], ["--expect-continue"]])
    func `an upload arrives, with a length, without, and after 100 Continue`(options: [String]) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(Data(count: 300_000), to: "body")
        let command = try nghttp(
            "--data", file.path, "--header", options.first == nil ? "x-a: b" : "x-c: d", options.first ?? "--no-dep",
            targets: ["/open/a"])
        let seen = JSON(command.output)
        #expect(seen["length"].int == 300_000, "\(command.allText)")
        #expect(seen["framing"].string == (options == ["--no-content-length"] ? "chunked" : "length"))
    }

    @Test func `trailers of a request reach the upstream`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("data", to: "body")
        let command = try nghttp(
            "--data", file.path, "--no-content-length", "--trailer", "x-sum: 4", targets: ["/open/a"])
        #expect(JSON(command.output)["trailers"][0][1].string == "4", "\(command.allText)")
    }

    @Test func `priorities are taken note of or not, but break nothing`() throws {
        let command = try nghttp(
            "--weight", "200", "--weight", "1", "--header", "priority: u=1, i", "--stat", "--null-out",
            targets: ["/open/a", "/open/b"])
        #expect(command.text.matches(of: #/ 200 /#).count >= 2)
    }
}
