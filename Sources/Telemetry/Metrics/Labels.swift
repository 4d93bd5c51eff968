/// The labels that tell one series of a family from the others, in the order in which they are shown.
public struct Labels: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// A label's name and value.
    public struct Label: Hashable, Sendable {
        /// Letters, digits and `_`.
        public let name: String
        /// Any text.
        public let value: String
    }

    /// The labels.
    public private(set) var all: [Label]

    /// No labels.
    public init() { all = [] }

    /// Labels from `["name": "value"]`.
    public init(dictionaryLiteral elements: (String, String)...) {
        all = elements.map { Label(name: $0.0, value: $0.1) }
    }

    /// The value of the label called `name`, or nil.
    public subscript(name: String) -> String? {
        all.first { $0.name == name }?.value
    }

    /// These labels and one more.
    public func adding(_ name: String, _ value: String) -> Labels {
        var labels = self
        labels.all.append(Label(name: name, value: value))
        return labels
    }
}
