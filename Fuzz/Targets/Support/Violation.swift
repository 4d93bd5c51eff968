/// A property that does not hold for some input.
public struct Violation: Error, CustomStringConvertible {
    /// Which property, and what was seen.
    public let description: String
}

/// Throws unless the property holds; `property` says what does.
func hold(_ condition: Bool, _ property: @autoclosure () -> String) throws(Violation) {
    if !condition { throw Violation(description: property()) }
}
