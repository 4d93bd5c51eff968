/// A response as a handler makes it: complete, and without a trace of how it goes.
public struct ServiceResponse: Hashable, Sendable {
    /// The status code.
    public var status: Int
    /// The header fields, without those of framing.
    public var fields: [HeaderField]
    /// The body; empty for none.
    public var body: [UInt8]

    /// - Parameters:
    ///   - status: the status code.
    ///   - fields: the header fields, without those of framing.
    ///   - body: the body; empty for none.
    public init(status: Int, fields: [HeaderField] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// A JSON body.
    public static func json(_ json: JSON, status: Int = 200, fields: [HeaderField] = []) -> ServiceResponse {
        ServiceResponse(
            status: status, fields: [HeaderField("content-type", "application/json")] + fields, body: json.bytes)
    }

    /// 201 for a thing that was made and stands at `location` (RFC 9110 section 15.3.2).
    public static func created(_ json: JSON, at location: String) -> ServiceResponse {
        .json(json, status: 201, fields: [HeaderField("location", location)])
    }
}
