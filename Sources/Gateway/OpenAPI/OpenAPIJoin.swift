/// Joins the OpenAPI documents of services to the one of the gateway: what clients can ask for from outside, and no more.
///
/// Pure: documents go in, one comes out.
struct OpenAPIJoin {
    let settings: OpenAPISettings
    let routes: OpenAPIRoutes

    /// A service's own document.
    struct Source {
        /// The service's index in the configuration.
        let service: Int
        let name: String
        let document: JSONTree
    }

    /// Whether a document is one that can be joined.
    static func isSupported(_ document: JSONTree) -> Bool {
        document["openapi"]?.text?.hasPrefix("3.") == true && !(document["paths"]?.members.isEmpty ?? true)
    }

    /// The joined document.
    func document(of sources: [Source]) -> JSONTree {
        let own = (name: OpenAPIAnswers.document, document: OpenAPIAnswers.components)
        let components = OpenAPIComponents(sources.map { (name: $0.name, document: $0.document) } + [own])
        var paths: [String: JSONTree] = [:]
        var identifiers: Set<String> = []
        var tags: [JSONTree] = []
        for source in sources {
            for path in source.document["paths"]?.members ?? [] {
                for method in path.value.members where Self.methods.contains(method.name) {
                    let operation = Operation(method: method, path: path, source: source)
                    for place in operation.places(in: routes) where paths[place.path]?[method.name] == nil {
                        var value = components.renamed(operation.joined(at: place), from: source.name)
                        value["operationId"] = value["operationId"]?.text.map { identifier in
                            .string(Self.unique(identifier, of: source.name, among: &identifiers))
                        }
                        value["responses"] = components.renamed(
                            OpenAPIAnswers.add(to: value["responses"], takesTokens: place.takesTokens), from: own.name)
                        paths[place.path, default: [:]][method.name] = value
                    }
                }
            }
            tags += (source.document["tags"]?.elements ?? []).filter { tag in
                !tags.contains { $0["name"] == tag["name"] }
            }
        }
        return put(together: paths, tags: tags, components: components)
    }

    private func put(together paths: [String: JSONTree], tags: [JSONTree], components: OpenAPIComponents) -> JSONTree {
        let paths = JSONTree.object(
            paths.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
        var used = components.used(by: paths)
        used["securitySchemes"] = ["bearer": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]]
        var document: JSONTree = [
            "openapi": "3.1.0",
            "info": ["title": .string(settings.title), "version": .string(settings.version)],
            // Relative to where the document is: whatever name the gateway was asked by.
            "servers": [["url": "/"]],
        ]
        if !tags.isEmpty { document["tags"] = .array(tags) }
        document["paths"] = paths
        document["components"] = used
        return document
    }

    private static let methods: Set = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]

    /// An `operationId` that no other operation has.
    private static func unique(_ identifier: String, of service: String, among taken: inout Set<String>) -> String {
        var candidate = identifier
        var number = 1
        while !taken.insert(candidate).inserted {
            candidate = number == 1 ? "\(service)_\(identifier)" : "\(service)_\(identifier)_\(number)"
            number += 1
        }
        return candidate
    }
}
