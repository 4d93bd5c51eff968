/// What the gateway would do with a request, as its configuration alone tells. Nothing is sent, and nothing that runs is
/// asked: how healthy services and how full buckets are is not in it.
public struct Explanation: Equatable, Sendable {
    /// One stage in the life of the request, and what comes of it.
    public struct Step: Equatable, Sendable {
        /// Such as `route` or `token`.
        public let stage: String
        /// In words.
        public let text: String
        /// Whether the request ends here.
        public let isRefusal: Bool
    }

    /// A route that does not take the request.
    public struct Rival: Equatable, Sendable {
        /// Its name.
        public let route: String
        /// What it matches.
        public let match: String
        /// Why it does not take the request.
        public let reason: String
    }

    /// The stages, in their order. Those after a refusal tell what would follow without it.
    public internal(set) var steps: [Step] = []
    /// Routes whose path fits, and why they do not take the request.
    public internal(set) var rivals: [Rival] = []
    /// How many more routes there are, none of whose paths fit.
    public internal(set) var otherRoutes = 0
    /// The head of the request that the service would get, without secrets; nil when none would.
    public internal(set) var upstream: String?
    /// The status that the gateway would answer with itself; nil when it forwards the request.
    public internal(set) var status: Int?

    mutating func add(_ stage: String, _ text: String) {
        steps.append(Step(stage: stage, text: text, isRefusal: false))
    }

    /// The request ends here, if it has not before.
    mutating func refuse(_ stage: String, _ failure: Failure, _ more: String = "") {
        let response = FailureResponse(failure)
        let text = "\(response.status) \(response.cause): \(response.detail)"
        steps.append(Step(stage: stage, text: more.isEmpty ? text : "\(text) \(more)", isRefusal: true))
        if status == nil { status = response.status }
    }

    /// The gateway answers itself.
    mutating func answer(_ status: Int, _ text: String) {
        steps.append(Step(stage: "answer", text: "\(status), \(text)", isRefusal: false))
        if self.status == nil { self.status = status }
    }
}
