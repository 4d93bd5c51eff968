import Reactor
import Telemetry

extension ServiceClient {
    /// Asks other services through the gateway that runs this one, whose address `GATEWAY_INTERNAL` gives; without a
    /// gateway it reaches nobody.
    ///
    /// - Parameters:
    ///   - handler: who asks.
    ///   - tokens: how its own token is signed.
    ///   - loop: where connections live.
    /// - Throws: when the address is none.
    init<Handler: ServiceHandler>(
        of handler: Handler.Type, _ tokens: TokenSettings, on loop: EventLoop
    ) throws(LaunchError) {
        guard let text = ProcessEnvironment.variable("GATEWAY_INTERNAL") else {
            self = .none
            return
        }
        guard let address = SocketAddress(gateway: text) else {
            throw LaunchError("GATEWAY_INTERNAL=\(text) is neither unix:/path nor http://ADDRESS:PORT")
        }
        let token = ServiceToken(
            service: Handler.name, scopes: Handler.scopes, tokens, now: { WallClock.systemTime / 1000 })
        self.init(to: address, on: loop, token: token.text)
    }

    /// Asks other services through the gateway at `address`, over connections that live on `loop`.
    init(to address: SocketAddress, on loop: EventLoop, token: @escaping @Sendable () throws -> String) {
        let transport = LoopBound(GatewayTransport(to: address, on: loop), to: loop)
        self.init(token: token) { call throws(CallError) in
            try await transport.call { await $0.outcome(of: call) }.get()
        }
    }
}
