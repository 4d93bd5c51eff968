import Bytes
import HTTP

/// Reading and writing the heads of HTTP/2, on a connection that has seen the like before.
func measureFieldCompression(_ bench: inout Bench) throws {
    try measureRequestHeads(&bench)
    try measureResponseHeads(&bench)
}

private let browserFields = [
    "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "accept: application/json",
    "accept-language: en-GB,en;q=0.5", "accept-encoding: gzip, deflate, br, zstd", "origin: https://shop.test",
    "referer: https://shop.test/", "cache-control: no-cache", "x-client: web-2.14.0",
]

private func measureRequestHeads(_ bench: inout Bench) throws {
    var head = RequestHead()
    head.setMethod(.get)
    head.setAuthority(Array("shop.test".utf8).span)
    for field in browserFields { head.fields.append(line: field) }
    var writer = H2HeadWriter()
    var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
    var received = RequestHead()
    var block = ByteBuffer()
    let path = Array("/products/42?expand=reviews".utf8)
    // The first block fills the tables, the second is what all others look like.
    for _ in 0..<2 {
        block.removeAll()
        writer.writeRequest(head, path: path.span, contentLength: nil, to: &block)
        try reader.readRequest(block.readable, into: &received)
    }
    let indexed = block.readable.array
    try bench.measure("h2 read request, 12 fields indexed, \(indexed.count) bytes") {
        try reader.readRequest(indexed.span, into: &received)
    }
    bench.measure("h2 write request, 12 fields") {
        block.removeAll()
        writer.writeRequest(head, path: path.span, contentLength: nil, to: &block)
    }

    head.fields.append(.authorization, value: Array(("Bearer " + String(repeating: "eyJhbGci", count: 30)).utf8).span)
    block.removeAll()
    writer.writeRequest(head, path: path.span, contentLength: nil, to: &block)
    let signed = block.readable.array
    try bench.measure("h2 read request with a token, \(signed.count) bytes") {
        try reader.readRequest(signed.span, into: &received)
    }

    var first = ByteBuffer()
    var fresh = H2HeadWriter()
    fresh.writeRequest(head, path: path.span, contentLength: nil, to: &first)
    let unknown = first.readable.array
    try bench.measure("h2 read the first request, \(unknown.count) bytes", allocations: 8) {
        var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
        try reader.readRequest(unknown.span, into: &received)
    }
}

private func measureResponseHeads(_ bench: inout Bench) throws {
    let lines = [
        "Content-Type: application/json", "Server: shop", "Date: Sat, 21 Nov 2026 13:37:00 GMT",
        "ETag: \"686897696a7c876b7e\"", "Via: 1.1 gateway", "X-Request-ID: 01JD0000000000000000000000",
        "RateLimit-Policy: \"ip\";q=200;w=1", "RateLimit: \"ip\";r=199;t=1",
    ]
    var head = ResponseHead()
    for line in lines { head.fields.append(line: line) }
    var writer = H2HeadWriter()
    var reader = H2HeadReader(limits: HeadLimits(), tableSize: 4096)
    var received = ResponseHead()
    var block = ByteBuffer()
    for _ in 0..<2 {
        block.removeAll()
        writer.writeResponse(head, contentLength: 62, to: &block)
        try reader.readResponse(block.readable, into: &received)
    }
    let bytes = block.readable.array
    bench.measure("h2 write response, 10 fields, \(bytes.count) bytes") {
        block.removeAll()
        writer.writeResponse(head, contentLength: 62, to: &block)
    }
    try bench.measure("h2 read response, 10 fields") { try reader.readResponse(bytes.span, into: &received) }
}

extension FieldBlock {
    /// Appends a field given as `name: value`.
    fileprivate mutating func append(line: String) {
        let split = line.firstIndex(of: ":")!
        append(name: Array(line[..<split].utf8).span, value: Array(line[split...].dropFirst(2).utf8).span)
    }
}
