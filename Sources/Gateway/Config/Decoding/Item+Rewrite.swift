extension Item {
    /// Reads `strip` and `rewrite`, which exclude each other, and checks them against the pattern.
    func rewrite(_ object: ObjectItem, pattern: RoutePattern, into route: inout RouteDefinition) {
        if object["strip"] != nil, let rewrite = object["rewrite"] {
            rewrite.error("\"strip\" and \"rewrite\" exclude each other")
        } else if let strip = object["strip"] {
            if let prefix = strip.strippedPrefix(of: pattern.path) { route.rewrite = .strip(prefix) }
        } else if let rewrite = object["rewrite"] {
            if let template = rewrite.rewriteTemplate(for: pattern.path) { route.rewrite = .template(template) }
        }
    }

    private func strippedPrefix(of path: PathPattern) -> String? {
        guard let text = nonEmptyString() else { return nil }
        let prefix = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard prefix.hasPrefix("/") else {
            error("\"\(text)\" is not the start of a path", suggestion: "write it like \"/api\"")
            return nil
        }
        let literal = path.literalPrefix
        guard literal == prefix || literal.hasPrefix(prefix + "/") else {
            error(
                "the route's path does not start with \"\(prefix)\"",
                suggestion: literal.isEmpty ? nil : "it starts with \"\(literal)\"")
            return nil
        }
        return prefix
    }

    private func rewriteTemplate(for path: PathPattern) -> String? {
        guard let text = nonEmptyString() else { return nil }
        guard text.hasPrefix("/") else {
            error("a path starts with '/'", suggestion: "write \"/\(text)\"")
            return nil
        }
        do {
            _ = try RewriteTemplate(text, captures: path.captureNames)
            return text
        } catch {
            self.error(error.message, suggestion: error.suggestion)
            return nil
        }
    }
}
