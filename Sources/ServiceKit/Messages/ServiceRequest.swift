import Bytes
public import HTTP

/// A request as a handler sees it: complete, and without a trace of how it came.
public struct ServiceRequest: Sendable {
    /// The method; HEAD arrives as GET.
    public var method: HTTP.Method
    /// The path as it was sent, percent-encoded.
    public let path: String
    /// The query as it was sent, without the question mark.
    public let rawQuery: String
    /// The header fields; names are lowercase.
    public let fields: [HeaderField]
    /// The whole body.
    public let body: [UInt8]
    /// The id that the gateway gave the request, for the log.
    public let requestID: String
    /// What the path parameters of the route matched.
    public internal(set) var parameters: PathParameters = PathParameters()
    /// The query's parameters.
    public internal(set) var query = Parameters()
    /// Who calls; nil for somebody unknown.
    public internal(set) var identity: Caller?

    /// - Parameters:
    ///   - method: the method.
    ///   - path: the path as it was sent.
    ///   - query: the query as it was sent, without the question mark.
    ///   - fields: the header fields, names in lowercase.
    ///   - body: the whole body.
    ///   - requestID: the gateway's id of the request.
    public init(
        _ method: HTTP.Method, _ path: String, query: String = "", fields: [HeaderField] = [], body: [UInt8] = [],
        requestID: String = ""
    ) {
        self.method = method
        self.path = path
        rawQuery = query
        self.fields = fields
        self.body = body
        self.requestID = requestID
    }

    /// The first value of a field, whose name is given in lowercase.
    public func field(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// Who calls.
    ///
    /// - Throws: 401 when nobody signed in.
    public func caller() throws(Problem) -> Caller {
        guard let identity else { throw .unauthenticated }
        return identity
    }

    /// The body's fields: of a JSON object, or of an HTML form.
    ///
    /// - Throws: 400 when the body is malformed, 415 when it is something else.
    public func form() throws(Problem) -> Form {
        let type = field("content-type")?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() ?? ""
        if type == "application/x-www-form-urlencoded" {
            guard let parameters = Parameters(body.span) else {
                throw .badRequest("malformed-body", "The body is not a valid form.")
            }
            return Form(parameters)
        }
        guard type.isEmpty || type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(
                415, "unsupported-media-type", "Unsupported media type",
                "The body must be application/json, not \(type).",
                fields: [HeaderField("accept", "application/json")])
        }
        let json: JSON
        do throws(JSONParser.Failure) {
            json = try JSONParser.parse(body.span)
        } catch {
            let detail = body.isEmpty ? "it is empty" : "\(error.reason.rawValue), at byte \(error.offset)"
            throw .badRequest("malformed-body", "The body is not valid JSON: \(detail).")
        }
        guard case .object(let members) = json else {
            throw .badRequest("malformed-body", "The body must be a JSON object.")
        }
        return Form(members)
    }
}
