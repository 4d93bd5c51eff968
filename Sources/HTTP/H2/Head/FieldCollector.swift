import Bytes

/// Puts the fields of a block into a ``FieldBlock``, within limits.
///
/// The first error is remembered and ends the collecting: what follows, however much a small block unfolds to, is neither
/// looked at nor kept.
struct FieldCollector {
    /// What kind of message the fields belong to.
    enum Message {
        case request
        case response
        case trailers
    }

    private let message: Message
    private let limits: HeadLimits
    private var byteCount = 0
    private var lineCount = 0
    /// Whether a field has come, behind which no pseudo-field may.
    private(set) var hasFields = false
    /// The first error, nil as long as all is well.
    private(set) var failure: H2HeadError?

    init(_ message: Message, limits: HeadLimits) {
        self.message = message
        self.limits = limits
    }

    /// Takes a field that is no pseudo-field.
    @inline(__always)
    mutating func receive(name: Span<UInt8>, value: Span<UInt8>, facts: FieldFacts, into fields: inout FieldBlock) {
        hasFields = true
        // Counted as in HTTP/1, where each line has four bytes more.
        byteCount &+= name.count &+ value.count &+ 4
        guard byteCount <= limits.fieldBytes else { return fail(.refused(.fieldsTooLarge)) }
        if message == .request {
            if facts.known == .cookie, fields.extendLastCookie(by: value, isSensitive: facts.isSensitive) { return }
        } else if facts.known == .te {
            return fail(.malformed(.badTE))
        }
        lineCount &+= 1
        guard lineCount <= limits.fieldCount else { return fail(.refused(.tooManyFields)) }
        fields.append(checkedName: name, value: value, facts: facts)
    }

    /// Remembers an error, if it is the first.
    mutating func fail(_ error: H2HeadError) {
        if failure == nil { failure = error }
    }

    /// Checks what says how long the body is: two opinions would make two messages of one (RFC 9113 section 8.1.1).
    func checkLength(_ fields: borrowing FieldBlock) throws(H2HeadError) {
        guard let index = fields.firstIndex(of: .contentLength) else { return }
        guard fields.nextIndex(of: .contentLength, after: index) == nil else {
            throw .malformed(.repeatedContentLength)
        }
        do throws(H1Error) {
            _ = try BodyFraming.contentLength(fields.value(at: index))
        } catch {
            throw .malformed(.badContentLength)
        }
    }
}
