import Bytes
import HTTP

extension String {
    /// The UTF-8 of the text, as an array whose span can be passed on.
    var bytes: [UInt8] { Array(utf8) }
}

extension FieldBlock {
    /// Each field as `name: value`.
    var texts: [String] {
        var texts: [String] = []
        for index in 0..<count { texts.append(name(at: index).text + ": " + value(at: index).text) }
        return texts
    }
}
