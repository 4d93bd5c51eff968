// Made by scripts/embed-schema.sh from docs/routes.schema.json.

/// The JSON Schema of routes.json, the same as docs/routes.schema.json.
enum RoutesSchema {
    static let text = part1 + part2 + part3
}
