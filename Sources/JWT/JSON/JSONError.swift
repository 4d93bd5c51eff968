/// Why a text is not the JSON object that is asked for.
enum JSONError: Error {
    /// Not JSON (RFC 8259), not UTF-8, nested too deeply, or not an object.
    case malformed
    /// A name occurs twice in one object.
    case duplicateName
}
