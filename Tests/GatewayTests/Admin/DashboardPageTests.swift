import Foundation
import Gateway
import Testing

@Suite struct DashboardPageTests {
    @Test func `the page loads nothing from elsewhere and only its own script may run`() throws {
        var random = SystemRandomNumberGenerator()
        let (page, other) = (DashboardPage.render(using: &random), DashboardPage.render(using: &random))
        let policy = try #require(page.contentSecurityPolicy)
        #expect(policy.hasPrefix("default-src 'none'; script-src 'nonce-"))
        #expect(policy != other.contentSecurityPolicy)
        let text = String(decoding: page.body, as: UTF8.self)
        let nonce = try #require(policy.split(separator: "'").first { $0.hasPrefix("nonce-") }).dropFirst(6)
        #expect(text.contains("<script nonce=\"\(nonce)\">"))
        #expect(text.contains("<style nonce=\"\(nonce)\">"))
        for word in ["http://", "https://", "innerHTML", "onclick", "style=", "src=", "eval("] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func `routes are listed in order`() {
        let document = RoutesDocument.render(
            [
                .init(name: "a", match: "GET /a\"", destination: "s", auth: "none"),
                .init(name: "b", match: "/b/**", destination: "s 95, t 5", auth: "jwt shop", rateLimit: "20/s per sub"),
            ], generation: 2)
        #expect(
            String(decoding: document.body, as: UTF8.self) == #"""
                {"generation":2,"routes":[{"name":"a","match":"GET /a\"","to":"s","auth":"none"},{"name":"b","match":"/b/**","to":"s 95, t 5","auth":"jwt shop","rateLimit":"20/s per sub"}]}

                """#)
    }
}
