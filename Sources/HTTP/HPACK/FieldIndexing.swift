/// Whether a field enters the table of the peer, where the next of its kind costs a byte.
enum FieldIndexing: Sendable {
    /// It does: the value is likely to come again.
    case always
    /// It does when its name is not there yet: one that changes its value costs the table one entry, and one that does not
    /// costs a byte from then on.
    case learned
    /// It does for its name's sake only: the value is another each time.
    case nameOnly
    /// It never does, here or further on, lest its value be guessed from how much it compresses (RFC 7541 section 7.1.3).
    case never
}

extension KnownField {
    /// How HTTP/2 sends the field; nil when it never does.
    var indexing: FieldIndexing? {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings, .host:
            // Meant for one connection of HTTP/1, or sent as `:authority`.
            nil
        case .authorization, .proxyAuthorization, .cookie, .setCookie:
            .never
        case .age, .contentDisposition, .contentLength, .contentRange, .etag, .forwarded, .idempotencyKey, .ifMatch,
            .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .lastModified, .location, .range, .rateLimit,
            .referer, .retryAfter, .secWebSocketAccept, .secWebSocketKey, .traceparent, .tracestate, .xForwardedFor,
            .xRateLimitRemaining, .xRateLimitReset, .xRealIP, .xRequestID:
            .nameOnly
        case .other:
            .learned
        case .accept, .acceptCharset, .acceptEncoding, .acceptLanguage, .acceptRanges, .accessControlAllowCredentials,
            .accessControlAllowHeaders, .accessControlAllowMethods, .accessControlAllowOrigin,
            .accessControlExposeHeaders, .accessControlMaxAge, .accessControlRequestHeaders,
            .accessControlRequestMethod, .allow, .altSvc, .cacheControl, .contentEncoding, .contentLanguage,
            .contentType, .date, .expect, .from, .link, .origin, .proxyAuthenticate, .rateLimitPolicy,
            .secWebSocketExtensions, .secWebSocketProtocol, .secWebSocketVersion, .server, .strictTransportSecurity,
            .te, .trailer, .userAgent, .vary, .via, .wwwAuthenticate, .xForwardedHost, .xForwardedPort,
            .xForwardedPrefix, .xForwardedProto, .xGatewayError, .xRateLimitLimit:
            .always
        }
    }
}
