import Telemetry

/// The answer to `/routes`: the table in force.
public enum RoutesDocument {
    /// A route, as text for people and tools.
    public struct Row: Sendable {
        /// Its name.
        public var name: String
        /// What it matches, such as `GET shop.test/api/orders/{id?}`.
        public var match: String
        /// Where requests go, such as `orders`.
        public var destination: String
        /// Who may pass, such as `jwt shop`.
        public var auth: String
        /// How often, when that is limited.
        public var rateLimit: String?

        /// Collects what is known.
        public init(name: String, match: String, destination: String, auth: String, rateLimit: String? = nil) {
            self.name = name
            self.match = match
            self.destination = destination
            self.auth = auth
            self.rateLimit = rateLimit
        }
    }

    /// The document for routes in the order in which they are tried.
    public static func render(_ routes: [Row], generation: Int) -> AdminDocument {
        AdminDocument(contentType: "application/json") { json in
            json.object { json in
                json.member("generation", generation)
                json.name("routes")
                json.array { json in
                    for route in routes {
                        json.object { json in
                            json.member("name", route.name)
                            json.member("match", route.match)
                            json.member("to", route.destination)
                            json.member("auth", route.auth)
                            json.member("rateLimit", ifPresent: route.rateLimit)
                        }
                    }
                }
            }
        }
    }
}
