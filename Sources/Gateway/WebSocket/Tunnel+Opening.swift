internal import Bytes
internal import HTTP
internal import Reactor
internal import Telemetry
internal import Transport

extension Tunnel {
    /// Tells the client that the service has agreed, and carries the WebSocket to its end.
    ///
    /// An open WebSocket is no request in flight, and how long it lasts says nothing about anyone's speed.
    static func open(
        _ response: consuming Forwarder.Response, _ handshake: Handshake, _ exchange: Exchange,
        _ context: inout RequestContext, worker: Worker
    ) async {
        exchange.response.status = exchange.request.version == .http2 ? 200 : 101
        ResponseWriter.prepare(exchange, context, worker: worker)
        exchange.response.fields.removeAll(of: .secWebSocketAccept)
        exchange.response.fields.removeAll(of: .contentLength)
        let accept = handshake.accept
        exchange.openTunnel(accept: accept.span)
        let bound = context.route!
        let tunnel = Tunnel(
            exchange, to: response.connection, of: bound.targets[context.target].service.service,
            at: response.lease.endpoint, terms: handshake.terms, idle: bound.route.definition.timeouts.idle)
        let (metrics, shard) = (worker.metrics, worker.loop.index)
        metrics.requestsInFlight.add(-1, shard: shard)
        metrics.webSocketConnections.add(1, shard: shard)
        metrics.webSocketsOpened.add(shard: shard)
        worker.tunnels.insert(tunnel, worker.snapshot)
        await tunnel.run()
        worker.tunnels.remove(tunnel)
        metrics.webSocketConnections.add(-1, shard: shard)
        metrics.requestsInFlight.add(1, shard: shard)
        context.tunnelEnding = tunnel.ending
        exchange.interruptOnDeparture(nil)
        worker.pool.discard(response.connection)
        // The place at the endpoint was taken until now.
        _ = consume response
    }
}
