/// The place of a value in the document, such as `routes[2].rateLimit`.
indirect enum JSONPath: CustomStringConvertible {
    case root
    case key(String, of: JSONPath)
    case index(Int, of: JSONPath)

    var description: String {
        switch self {
        case .root: ""
        case .key(let key, of: .root): key
        case .key(let key, let parent): "\(parent).\(key)"
        case .index(let index, let parent): "\(parent)[\(index)]"
        }
    }
}
