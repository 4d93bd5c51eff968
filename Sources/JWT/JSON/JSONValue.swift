/// A value inside a `JSONObject`: what it is, and where its bytes are in the object's storage.
struct JSONValue: Sendable {
    enum Kind: UInt8 {
        case null, boolean, number, string, array, object
    }

    let kind: Kind
    /// A string's characters with escapes resolved; the text of every other value.
    let range: Range<Int>
}
