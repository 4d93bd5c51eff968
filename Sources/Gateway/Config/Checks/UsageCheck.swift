/// Warns of what is defined and never used.
struct UsageCheck {
    let draft: ConfigurationDraft
    let places: DraftPlaces

    func run() {
        // Where services may ask each other, one without a route has its users too.
        guard draft.listen.internal == nil else { return }
        // A route with errors may have been the one that uses it.
        guard draft.routes.count == places.routes.count else { return }
        var used = Set(draft.tokenProfiles.compactMap(\.revocations?.service))
        for route in draft.routes {
            if case .forward(let services) = route.action { used.formUnion(services.map(\.name)) }
        }
        for entry in places.services where !used.contains(entry.key) {
            entry.item.context.report(
                .warning, at: entry.keyOffset, path: entry.item.path.description,
                "no route uses the service \"\(entry.key)\"")
        }
    }
}
