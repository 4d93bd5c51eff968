extension OpenAPIJoin {
    /// An operation of a service on its way into the joined document.
    struct Operation {
        let method: JSONTree.Member
        let path: JSONTree.Member
        let source: Source

        /// Where clients find it.
        func places(in routes: OpenAPIRoutes) -> [OpenAPIRoutes.Place] {
            routes.places(of: method.name.uppercased(), path.name, at: source.service) { values(of: $0) }
        }

        /// The operation as it is at a place: with the parameters of its path, and with the rules of the route.
        func joined(at place: OpenAPIRoutes.Place) -> JSONTree {
            var operation = method.value
            operation["servers"] = nil
            operation["parameters"] = parameters.isEmpty ? nil : .array(parameters)
            if operation["tags"] == nil { operation["tags"] = [.string(source.name)] }
            operation["security"] = place.security
            return operation
        }

        /// Its own parameters, and those of its path that it does not redefine.
        private var parameters: [JSONTree] {
            let own = method.value["parameters"]?.elements ?? []
            let shared = path.value["parameters"]?.elements ?? []
            return shared.filter { parameter in
                let (name, place) = (resolved(parameter)["name"], resolved(parameter)["in"])
                return !own.contains { resolved($0)["name"] == name && resolved($0)["in"] == place }
            } + own
        }

        /// Values that a parameter of the path may have, for samples.
        private func values(of name: String) -> [String] {
            let parameter = parameters.map { resolved($0) }.first { $0["in"] == "path" && $0["name"]?.text == name }
            let schema = resolved(parameter?["schema"] ?? [:])
            if let choice = schema["enum"]?.elements.first?.text ?? schema["const"]?.text { return [choice] }
            if schema["type"] == "integer" || schema["type"] == "number" { return ["1"] }
            let uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
            return schema["format"] == "uuid" ? [uuid] : ["sample", "1", uuid]
        }

        /// What a reference within the document stands for.
        private func resolved(_ tree: JSONTree) -> JSONTree {
            guard let reference = tree["$ref"]?.text.flatMap({ OpenAPIComponents.Reference($0) }) else { return tree }
            return source.document["components"]?[reference.section]?[reference.name] ?? tree
        }
    }
}

extension OpenAPIRoutes.Place {
    /// Whether tokens are looked at here.
    var takesTokens: Bool { route.definition.auth.mode != .none }

    /// Who may use it, as a list of security requirements: one of them has to be met.
    fileprivate var security: JSONTree {
        let rule = route.definition.auth
        // All that is listed is needed, so of several roles, one of which will do, none can be.
        let needed = rule.scopes + (rule.roles.count == 1 ? rule.roles : [])
        let bearer: JSONTree = ["bearer": .array(needed.map { .string($0) })]
        return switch rule.mode {
        case .none: []
        case .optional: [[:], bearer]
        case .required: [bearer]
        }
    }
}
